"""Drives CMake for the tests of the package."""

import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).parent
CMAKE = os.environ.get("CMAKE_COMMAND", "cmake")
SOURCE_DIR = pathlib.Path(os.environ["IGVM_SOURCE_DIR"])
BINARY_DIR = pathlib.Path(os.environ["IGVM_BINARY_DIR"])
CONFIG = os.environ.get("IGVM_CONFIG", "")

GENERATORS = ["Ninja", "Unix Makefiles", "Ninja Multi-Config"]


def run(*command, check=True):
    """The finished process; stdout and stderr are one text. A failure shows that text."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if check and done.returncode != 0:
        raise AssertionError(f"{command} left with {done.returncode}:\n{done.stdout}")
    return done


def install(prefix):
    """Installs this build, with a relative path for each file below the prefix as the result."""
    config = ["--config", CONFIG] if CONFIG else []
    run(CMAKE, "--install", BINARY_DIR, "--prefix", prefix, *config)
    return sorted(path.relative_to(prefix).as_posix() for path in prefix.rglob("*") if path.is_file())


class Consumer:
    """A copy of the folder consumer/, configured and built below a path with a space."""

    def __init__(self, folder, generator, *definitions):
        self.source = folder / "a source"
        self.build_folder = folder / "a build"
        self.multi_config = generator == "Ninja Multi-Config"
        shutil.copytree(HERE / "consumer", self.source)
        self.configure_log = self.configure("-G", generator, *definitions)

    def configure(self, *options):
        default = [] if self.multi_config else ["-DCMAKE_BUILD_TYPE=Debug"]
        return run(CMAKE, "-S", self.source, "-B", self.build_folder, *default, *options).stdout

    def build(self, config="Debug", image="consumer_image"):
        """How often the build ran the tool for the image."""
        selected = ["--config", config] if self.multi_config else []
        log = run(CMAKE, "--build", self.build_folder, *selected).stdout
        return log.count(f"Building the IGVM image {image}")

    def image(self, config="Debug"):
        return self.build_folder / (config if self.multi_config else "") / "consumer_image.igvm"
