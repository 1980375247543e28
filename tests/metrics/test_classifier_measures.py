import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, recall_score

from ganapp.metrics.calibration_error import calibration_error
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson


def test_accuracy_by_hand():
    logits, labels = np.array([[2.0, 1, 0], [0, 1, 0], [0, 3, 1], [5, 0, 0]]), np.array([0, 1, 2, 0])
    assert class_accuracy(logits, labels) == 0.75
    assert by_class(logits, labels) == [1.0, 1.0, 0.0]
    assert by_class(logits[:2], labels[:2]) == [1.0, 1.0, None]


def test_accuracy_agrees_with_sklearn():
    random = np.random.default_rng(0)
    logits, labels = random.normal(size=(200, 5)), random.integers(0, 5, 200)
    assert class_accuracy(logits, labels) == pytest.approx(accuracy_score(labels, logits.argmax(1)))
    assert by_class(logits, labels) == pytest.approx(recall_score(labels, logits.argmax(1), average=None))


def test_accuracy_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="labels"):
        class_accuracy(np.zeros((0, 3)), np.zeros(0, int))
    with pytest.raises(ValueError, match="labels"):
        class_accuracy(np.zeros((2, 3)), np.zeros(3, int))


def test_calibration_by_hand():
    # Confidence 0.8 twice, one right: |0.5 - 0.8| x 2; 0.6 once, right: |1 - 0.6|. (0.6 + 0.4) / 3.
    logits = np.log(np.array([[0.8, 0.2], [0.8, 0.2], [0.4, 0.6]]))
    assert calibration_error(logits, np.array([0, 1, 1]), bins=10) == pytest.approx(1 / 3)


def test_calibration_of_a_certain_and_right_classifier_is_nothing():
    assert calibration_error(np.array([[50.0, 0], [0, 50]]), np.array([0, 1])) == pytest.approx(0, abs=1e-12)
    assert calibration_error(np.array([[900.0, 0], [0, 900]]), np.array([1, 0])) == 1.0


def test_calibration_is_small_for_labels_drawn_from_the_probabilities():
    random = np.random.default_rng(0)
    logits = random.normal(size=(20000, 4)) * 2
    odds = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (random.random(20000)[:, None] > odds.cumsum(1)).sum(1)
    assert calibration_error(logits, labels) < 0.02
    assert calibration_error(logits * 3, labels) > 0.1


@pytest.mark.parametrize(("right", "n"), [(0, 10), (9, 10), (994, 1000), (50, 50)])
def test_wilson_agrees_with_scipy(right, n):
    theirs = binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
