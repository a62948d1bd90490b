"""This file runs every part of the local run in one process, and ends them in order."""

import os
import threading
from importlib import import_module

from chalicelib.clock import SystemClock
from chalicelib.settings import Settings
from infra.local import environment, staff, stage
from infra.local.emulator import Emulator
from infra.local.say import ready, say
from infra.local.server import Server
from infra.local.state import CannotStart, State

LOOK_SECONDS, JOIN_SECONDS = 0.2, 3.0
# Imported while the emulator starts: they take longest, and read no setting.
SLOW = (
    "chalice.local",
    "chalicelib.gateways.africastalking_sender",
    "chalicelib.wiring.phones",
    "chalicelib.wiring.sending",
    "chalicelib.console.web",
    "infra.local.assembly",
)


class Launcher:
    """One local run, from its port to its end."""

    def __init__(self, state: State, port: int) -> None:
        """Take the port, so that a taken one is told before anything starts.

        Raises:
            CannotStart: the port is taken.
        """
        self.state, self.server = state, Server(port)
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []
        self.emulator: Emulator | None = None

    def start(self) -> None:
        """Start everything, the slow things side by side, and say where it is.

        Raises:
            CannotStart: the emulator does not come up.
            NotAcceptable: a setting of the user is not acceptable.
        """
        wanted = environment.local(os.environ, self.state, self.server.url)
        environment.replace(os.environ, wanted)
        region = Settings.of(os.environ).region
        say("starting the emulator")
        self.emulator = Emulator(self.state, region)
        for name in SLOW:
            import_module(name)
        self.emulator.wait_ready()
        made = stage.make(self.emulator.url, region)
        people = staff.make(self.emulator.url, region)
        os.environ.update(environment.stack(self.emulator.url, made.queues, people))
        self._serve(made, Settings.of(os.environ))

    def watch(self, ending: threading.Event) -> None:
        """Wait for the end that is asked for, or for the emulator to die.

        Raises:
            CannotStart: it died.
        """
        while not self.epitaph():
            if ending.wait(LOOK_SECONDS):
                raise KeyboardInterrupt
        raise CannotStart(self.epitaph())

    def epitaph(self) -> str:
        """Say how the emulator died; nothing while it lives."""
        if self.emulator is None or self.emulator.ended() is None:
            return ""
        return self.emulator.epitaph()

    def stop(self) -> bool:
        """End everything, the emulator last; True when it could save its state."""
        self.stopping.set()
        self.state.run.unlink(missing_ok=True)
        if self.threads:
            self.server.shutdown()
        self.server.server_close()
        for thread in self.threads:
            thread.join(JOIN_SECONDS)
        return self.emulator is None or self.emulator.stop()

    def _serve(self, made: stage.Stage, settings: Settings) -> None:
        from chalicelib import wiring  # noqa: PLC0415 - imported beside the emulator
        from infra.local.assembly import assemble  # noqa: PLC0415 - the same

        stage.fill(settings, self.state, SystemClock(settings).now(), say)
        app = import_module("app").app
        wiring.webhooks().warm()
        whole = assemble(
            app,
            made,
            state=self.state,
            settings=settings,
            url=self.server.url,
            stopping=self.stopping,
        )
        self.server.parts = whole.parts
        for name, loop in {"http": self.server.serve, **whole.loops}.items():
            self.threads.append(threading.Thread(target=loop, name=name, daemon=True))
            self.threads[-1].start()
        self.state.tell(self.server.url, environment.told(os.environ))
        say(ready(self.server.url, settings))
