"""What pyproject.toml cannot say: models and assets, which lie beside the package, become its folder `shipped` when it is built."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
LEFT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.partial")


class WithShipped(build_py):
    """Copies code as ever, and then what the program reads; in an editable installation it is read where it lies."""

    def run(self) -> None:
        """Fill the folder that the wheel is packed from."""
        super().run()
        if getattr(self, "editable_mode", False):
            return
        shipped = Path(self.build_lib) / "ganapp" / "shipped"
        for name in ("models", "assets"):
            shutil.copytree(HERE / name, shipped / name, ignore=LEFT, dirs_exist_ok=True)
        shutil.copy2(HERE / "requirements.txt", shipped)


setup(cmdclass={"build_py": WithShipped})
