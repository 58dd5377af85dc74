<?php
// client: asks the web server on the port given, through a stream and through a wrapper; ends with a pair of sockets.
$port = $argv[1];
$s = stream_socket_client("tcp://127.0.0.1:$port", $code, $why, 5);
fwrite($s, "GET /?text=live HTTP/1.0\r\nHost: here\r\n\r\n");
echo explode("\r\n\r\n", stream_get_contents($s))[1];
fclose($s);
echo file_get_contents("http://127.0.0.1:$port/?text=drawer");
[$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
fwrite($a, "pair\n");
echo fgets($b);
