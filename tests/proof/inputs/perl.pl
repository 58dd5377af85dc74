# perl: a server that forks for each client, with buffered streams over its sockets.
use strict;
use warnings;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 5, Proto => 'tcp') or die $!;
my $port = $server->sockport;

my $pid = fork;
if (!$pid) {
	for (1 .. 3) {
		my $client = $server->accept or die $!;
		next if fork;
		while (my $line = <$client>) { print $client scalar reverse($line); }
		close $client;
		exit 0;
	}
	1 while wait != -1;
	exit 0;
}
close $server;
for my $text ('to be', 'or not', 'to be') {
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp') or die $!;
	print $s "$text\n";
	shutdown $s, 1;
	print <$s>, "\n";
}
waitpid $pid, 0;
print $? >> 8, "\n";
