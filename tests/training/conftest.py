"""What several recipes learn from in tests."""

import numpy as np
import pytest
from PIL import Image

from ganapp.training.data import photographs


@pytest.fixture
def source(tmp_path):
    """Thirteen drawn pictures; the first eight are held out."""
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(13):
        Image.fromarray(photographs.drawing(96, np.random.default_rng(i))).save(place / f"{i:02d}.png")
    return place
