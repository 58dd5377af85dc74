# ruby: TCPServer and UNIXServer, a thread for each client, a pair of sockets, datagrams.
require 'socket'
require 'tmpdir'

def serve(server, clients)
  Thread.new do
    clients.times.map { Thread.new(server.accept) { |s| s.each_line { |l| s.puts l.upcase }; s.close } }.each(&:join)
  end
end

def talk(s, text)
  s.puts text
  s.close_write
  s.read.tap { s.close }
end

server = TCPServer.new('127.0.0.1', 0)
port = server.addr[1]
thread = serve(server, 5)
5.times { |n| puts talk(TCPSocket.new('127.0.0.1', port), "line #{n}") }
thread.join

Dir.mktmpdir do |here|
  unix = UNIXServer.new("#{here}/sock")
  thread = serve(unix, 1)
  puts talk(UNIXSocket.new("#{here}/sock"), 'unix')
  thread.join
end

a, b = Socket.pair(:UNIX, :STREAM)
a.write 'pair'
a.close
puts b.read

receiver = UDPSocket.new
receiver.bind('127.0.0.1', 0)
UDPSocket.new.send('datagram', 0, '127.0.0.1', receiver.addr[1])
puts receiver.recvfrom(100)[0]
puts `echo child`
