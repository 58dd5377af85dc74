"""streams: an echo server and its clients on one event loop, over TCP and a Unix socket, and a datagram."""

import asyncio
import os
import sys
import tempfile

CLIENTS = int(sys.argv[1]) if sys.argv[1:] else 10


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def talk(reader, writer, text):
    writer.write(text + b"\n")
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def datagram():
    loop = asyncio.get_running_loop()
    came = loop.create_future()

    class Receiver(asyncio.DatagramProtocol):
        def datagram_received(self, data, addr):
            came.set_result(data)

    receiver, _ = await loop.create_datagram_endpoint(Receiver, local_addr=("127.0.0.1", 0))
    address = receiver.get_extra_info("sockname")
    sender, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
    sender.sendto(b"datagram")
    print(await came)
    sender.close()
    receiver.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    answers = [talk(*await asyncio.open_connection(host, port), b"line %d" % n) for n in range(CLIENTS)]
    print(await asyncio.gather(*answers))
    server.close()
    with tempfile.TemporaryDirectory() as here:
        path = os.path.join(here, "sock")
        server = await asyncio.start_unix_server(serve, path)
        print(await talk(*await asyncio.open_unix_connection(path), b"unix"))
        server.close()
    await datagram()
    child = await asyncio.create_subprocess_exec("rev", stdin=-1, stdout=-1)
    print(await child.communicate(b"stressed\n"))


asyncio.run(main())
