"""What is upright: every way in which a file can say it, read by our own rules, and said once in what is written."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from ganapp.pictures import containers, images, photo, photo_file
from tests.support import turned

FILES = turned.files()


@pytest.mark.parametrize("name", FILES)
def test_every_way_to_say_it_is_read(name: str) -> None:
    blob, orientation = FILES[name]
    assert containers.tags(blob).orientation == orientation
    kind = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[name.rpartition(".")[2]]
    right = turned.upright(np.asarray(Image.open(io.BytesIO(turned.base(kind)))), orientation)
    shot = photo.read(blob)
    assert np.array_equal(shot.pixels, right)
    assert np.array_equal(np.round(images.read(blob).colours * 255), right)
    for form in ("lossless", "jpeg", "webp"):
        file = photo_file.encode_new(shot, form, 90) if form == "webp" else photo_file.encode(shot, form)
        assert containers.tags(file.blob).orientation == 1, form
        assert Image.open(io.BytesIO(file.blob)).size == (right.shape[1], right.shape[0])
        assert ImageOps.exif_transpose(Image.open(io.BytesIO(file.blob))).size == (right.shape[1], right.shape[0]), form


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_files_mean_what_the_standard_says(orientation: int) -> None:
    """The reference of these tests against PIL, on the one form that both read alike."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(FILES[f"png-{orientation}.png"][0])))
    assert np.array_equal(np.asarray(image), turned.upright(turned.stored(), orientation))


def test_tags_from_every_container_come_back() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    body = exif.tobytes()[6:]
    for blob in (
        turned.jpeg(turned.E + body),
        turned.jpeg(turned.E + turned.E + body),
        turned.png(turned.chunk(b"eXIf", body), late=True),
        turned.png(turned.magick("exif", turned.E + body)),
        turned.webp(EXIF=body),
    ):
        back = Image.open(io.BytesIO(photo_file.encode(photo.read(blob)).blob)).getexif()
        assert (back[0x010F], back[0x0112]) == ("Maker", 1)
