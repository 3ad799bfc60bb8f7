"""A server that is further away than it looks, and a count of what passes.

Each piece is held back by itself, so that the round trip grows and the rate does not
fall.  For where `tc netem` cannot be had.
"""
import asyncio
import contextlib
import threading


class Distance:
    """A TCP proxy on loopback with `seconds` of round trip."""

    def __init__(self, port, seconds=0.0):
        self.target, self.delay = port, seconds / 2
        # How often a client spoke after the server had: the round trips waited for.
        self.turns = self.bytes = self.connections = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        server.close()
        # A connection that is just being made is a task more.
        while asyncio.all_tasks(self.loop):
            self.loop.run_until_complete(self._cancel())
        self.loop.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        # Of a task that ends cancelled, asyncio's streams complain.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            last = {"is_client": False}
            await asyncio.gather(self._pump(reader, back, last, True),
                                 self._pump(there, writer, last, False))
            back.close()
        writer.close()

    async def _pump(self, reader, writer, last, is_client):
        pieces = asyncio.Queue()
        sending = asyncio.ensure_future(self._send(pieces, writer))
        data = True
        while data:
            try:
                data = await reader.read(1 << 18)
            except OSError:
                data = b""
            self.bytes += len(data)
            # A farewell is no turn: nobody waits for what comes after it.
            self.turns += is_client and not last["is_client"] and data[:1] not in (b"", b"X")
            last["is_client"] = is_client
            pieces.put_nowait((self.loop.time() + self.delay, data))
        await sending

    async def _send(self, pieces, writer):
        while True:
            due, data = await pieces.get()
            if due > self.loop.time():
                await asyncio.sleep(due - self.loop.time())
            try:
                if not data:
                    writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()
            except OSError:
                return

    async def _cancel(self):
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def passed(self):
        """Turns, bytes and connections since the last call."""
        passed = self.turns, self.bytes, self.connections
        self.turns = self.bytes = self.connections = 0
        return passed
