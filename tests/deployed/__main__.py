"""This file plays everything a stage does, on the package that AWS would run: `make e2e`."""

import argparse
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from tests.deployed import packages
from tests.deployed.emulator import bare_python
from tests.deployed.grounds import BARE, FOLDER, say, stage
from tests.deployed.play import ACTS, NOT_SHOWN, played
from tests.deployed.scene import Scene
from tests.deployed.upgrade import changed


def main() -> int:
    """Make what is deployed, play the acts on one stage and F20 on another, beside each other."""
    parser = argparse.ArgumentParser(prog="python -m tests.deployed", description=__doc__)
    parser.parse_args()
    begun = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    say("making the package and the emulator's own environment")
    with ThreadPoolExecutor() as pool:
        bare = pool.submit(bare_python, BARE)
        new, python = packages.built(FOLDER / "package"), bare.result()
    say(f"{time.monotonic() - begun:6.1f} s  made")
    # The acts wait most of the time, for the rule of every minute and for messages to come again.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        beside = pool.submit(changed, python, new)
        with stage(python, "proof") as one:
            one.deploy(one.cloud.put(new))
            one.begin()
            say(f"{time.monotonic() - begun:6.1f} s  deployed by CloudFormation, rights enforced")
            failed = played(Scene(one), ACTS, say)
        failed += beside.result()
    for line in NOT_SHOWN:
        say(f"not shown: {line}")
    say(f"{time.monotonic() - begun:6.1f} s in all: {len(failed) or 'none'} failed")
    if not failed:
        shutil.rmtree(FOLDER, ignore_errors=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
