import numpy as np
import pytest

from ganapp.metrics.inception_score import inception_score


def test_by_hand() -> None:
    sure = np.eye(4) * 50
    assert inception_score(sure) == pytest.approx(4)  # sure of every sample, all classes alike
    assert inception_score(sure[[0, 0, 0]]) == pytest.approx(1)  # one class alone
    assert inception_score(np.zeros((5, 4))) == pytest.approx(1)  # sure of nothing
    assert inception_score(sure[[0, 1]]) == pytest.approx(2)
    # p = (3/4, 1/4) and (1/4, 3/4): the divergence from (1/2, 1/2) is log 2 - H(1/4)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert inception_score(np.log(np.array([[3.0, 1.0], [1.0, 3.0]]))) == pytest.approx(np.exp(np.log(2) - entropy))
    with pytest.raises(ValueError, match="logits"):
        inception_score(np.zeros((0, 4)))
