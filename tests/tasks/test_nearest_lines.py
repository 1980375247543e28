"""The lines nearest to a quatrain's."""

from __future__ import annotations

import pytest

from ganapp.base.errors import UserError
from ganapp.tasks import nearest_lines, write


def test_they_are_those_of_the_poem_written_here() -> None:
    poem = write.run(write.Request(seed=3, drafts=1))
    exact = write.run(write.Request(seed=3, drafts=1, script="traditional"))
    found = nearest_lines.run(nearest_lines.Request(poem=exact.words()))
    assert [(line.nearest, line.shared) for line in found.lines] == [(line.nearest, line.shared) for line in poem.lines]
    assert found.words().splitlines()[0] == f"{poem.lines[0].nearest} {poem.lines[0].shared}"


def test_another_length_is_refused() -> None:
    with pytest.raises(UserError) as refused:
        nearest_lines.run(nearest_lines.Request(poem="月落乌啼"))
    assert refused.value.key == "poem_length"
