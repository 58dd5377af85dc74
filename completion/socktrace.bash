# Completion of socktrace for bash. What there is to complete, socktrace itself tells: help --complete.
# shellcheck shell=bash

# "kind TAB word TAB argument TAB help" a line; the argument of what takes none is "-".
_socktrace_tell() {
	"${COMP_WORDS[0]/#\~/$HOME}" help --complete "$@" 2>/dev/null
}

# The argument of an option ("--width" or "-o"), as its help names it: "N", "FILE", "auto|always|never".
_socktrace_argument() {
	_socktrace_tell "$1" | while IFS=$'\t' read -r kind word argument _; do
		if [[ $kind == option && ${word%=} == "$2" ]]; then
			echo "$argument"
		fi
	done
}

_socktrace_files() {
	local IFS=$'\n'

	compopt -o filenames 2>/dev/null
	# shellcheck disable=SC2207
	case $1 in
	*FILE*) COMPREPLY=($(compgen -f -- "$2")) ;;
	*DIR*) COMPREPLY=($(compgen -d -- "$2")) ;;
	*TRACE*) COMPREPLY=($(compgen -d -- "$2"; compgen -f -X '!*.jsonl' -- "$2")) ;;
	*PROGRAM*) COMPREPLY=($(compgen -c -- "$2"; compgen -f -- "$2")) ;;
	esac
}

_socktrace_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
	if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

_socktrace_value() {
	if [[ $1 == *"|"* ]]; then
		_socktrace_words "${1//|/ }" "$2"
	else
		_socktrace_files "$1" "$2"
	fi
}

_socktrace_operand() {
	local operands
	operands=$(_socktrace_tell "$1" | sed -n 's/^operands\t//p')

	case $operands in
	*COMMAND*) _socktrace_words "$(_socktrace_tell | cut -f2)" "$2" ;;
	RULE) _socktrace_words "$("${COMP_WORDS[0]}" check --list 2>/dev/null | grep -o '^ST[0-9a-z-]*')" "$2" ;;
	*) _socktrace_files "$operands" "$2" ;;
	esac
}

# bash parts --width=80 into three words.
_socktrace() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} option=""

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		_socktrace_words "$(_socktrace_tell | cut -f2) --help --version" "$cur"
		return
	fi
	if [[ $cur == "=" ]]; then
		option=$prev cur=""
	elif [[ $prev == "=" ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $prev == -[!-] && $(_socktrace_argument "$command" "$prev") != - ]]; then
		option=$prev
	fi
	if [[ $option ]]; then
		_socktrace_value "$(_socktrace_argument "$command" "$option")" "$cur"
	elif [[ $cur == -* ]]; then
		_socktrace_words "$(_socktrace_tell "$command" | sed -n 's/^option\t\([^\t]*\).*/\1/p')" "$cur"
	else
		_socktrace_operand "$command" "$cur"
	fi
}

complete -F _socktrace socktrace
