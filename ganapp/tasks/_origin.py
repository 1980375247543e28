"""What tasks that make a file share: it says how it was made, and is signed. See pictures/provenance."""

from __future__ import annotations

import dataclasses
import hmac
import json
from collections.abc import Callable
from typing import Any

from PIL import Image

from ganapp.base import paths
from ganapp.models.about import About
from ganapp.pictures import images, photo_file
from ganapp.pictures.box import Box
from ganapp.pictures.mark import photos
from ganapp.pictures.photo import Marks, Photo
from ganapp.pictures.photo_file import File
from ganapp.pictures.provenance import manifest, xmp
from ganapp.pictures.provenance.making import Making, Model
from ganapp.sounds import files
from ganapp.sounds.sound import Sound

Note = dict[str, Any]  # manifest.Note as the page gets it


def models(*promises: Any) -> tuple[Model, ...]:
    """Who took part, by the promises that were kept."""
    found = [Model(promise.id, _about(promise).digest, _about(promise).revision) for promise in promises]
    return tuple(dict.fromkeys(found))


def _about(promise: Any) -> About:
    about: About = promise.about
    return about


def drawn(image: Image.Image, recipe: dict[str, Any], promises: tuple[Any, ...] = (), kind: str = "created") -> tuple[bytes, Note]:
    """A PNG that carries its recipe, signed."""
    making = _of(recipe, promises, kind)
    return _sealed(images.png(image, recipe, xmp=xmp.packet(making) if paths.provenance() else b""), making)


def picture(image: Image.Image, making: Making) -> bytes:
    """A PNG that says how it was made but cannot be made again from that alone, signed."""
    return _sealed(images.png(image, xmp=xmp.packet(making) if paths.provenance() else b""), making)[0]


def region(box: Box) -> tuple[int, int, int, int]:
    """A box as it is told: left, top, width, height."""
    return box.left, box.top, box.width, box.height


def animated(frames: list[Image.Image], milliseconds: int, recipe: dict[str, Any], promises: tuple[Any, ...]) -> tuple[bytes, Note]:
    """A GIF that carries its recipe, signed."""
    return _sealed(images.gif(frames, milliseconds, recipe), _of(recipe, promises, "created"))


def _of(recipe: dict[str, Any], promises: tuple[Any, ...], kind: str) -> Making:
    return Making(kind, recipe["task"], {name: value for name, value in recipe.items() if name != "task"}, models(*promises))


def written(shot: Photo, making: Making, write: Callable[[Photo], File], where: Marks | None = None) -> tuple[File, Note]:
    """A photo as a file that says how it was made, signed; `write` makes the file. A photo with room for it gets the invisible mark, inside
    of `where` (h, w) alone: of all other pixels not one changes."""
    if paths.provenance():
        shot, making = _marked(shot, making, where)
        shot = dataclasses.replace(shot, origin=dataclasses.replace(shot.origin, xmp=xmp.packet(making, shot.origin.xmp)))
    file = write(shot)
    blob, note = _sealed(file.blob, making)
    return photo_file.File(blob, file.ending), note


def _marked(shot: Photo, making: Making, where: Marks | None) -> tuple[Photo, Making]:
    drawn = hmac.new(paths.mark_key(), making.recipe.encode("utf-8", "replace"), "sha256").digest()
    number = int.from_bytes(drawn[:4], "big")
    found = photos.marked(shot, number, paths.mark_key(), where)
    return (shot, making) if found is None else (found, dataclasses.replace(making, mark=number))


def sound(blob: bytes, making: Making) -> tuple[bytes, Note]:
    """A WAV file that says how it was made, signed. Of its samples not one changes."""
    return _sealed(xmp.into_wav(blob, making) if paths.provenance() else blob, making)


def said(made: Sound, recipe: dict[str, Any], promises: tuple[Any, ...]) -> tuple[bytes, Note]:
    """A sound as a WAV file that carries its recipe, signed."""
    told = json.dumps({"likeness": recipe}, ensure_ascii=False, separators=(",", ":"))
    return sound(files.wav(made, told), _of(recipe, promises, "created"))


def _sealed(blob: bytes, making: Making) -> tuple[bytes, Note]:
    signed, note = manifest.sealed(blob, making)
    return signed, dataclasses.asdict(note)
