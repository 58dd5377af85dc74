"""tmux: a server that its client forks, with terminals passed in messages; a shell in it is typed into."""

PACKAGES = ["tmux"]


def session(stage):
    socket = stage.path("socket")
    tmux = ["tmux", "-S", socket, "-f", "/dev/null"]
    stage.run(*tmux, "new-session", "-d", "-x", "80", "-y", "24", "PS1='> ' sh", TERM="screen")
    stage.run(*tmux, "send-keys", "echo $((6 * 7)); tmux wait-for -S done", "Enter")
    stage.run(*tmux, "wait-for", "done")
    stage.run(*tmux, "list-windows", "-F", "#{window_width}x#{window_height} #{pane_current_command}")
    stage.run(*tmux, "set-buffer", "a buffer")
    stage.run(*tmux, "show-buffer")
    stage.run(*tmux, "kill-session", "-t", "none")
    stage.run(*tmux, "kill-server")
