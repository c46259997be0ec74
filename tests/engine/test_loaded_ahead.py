"""A language model that is loaded in the background is taken over once, and given back where nobody takes it."""

from topicdesk.core.errors import InputError
from topicdesk.engine.workshop import Workshop


class Model:
    is_closed = False

    def close(self):
        self.is_closed = True


def test_that_a_model_loaded_ahead_is_taken_once_and_by_its_key_alone():
    workshop, model = Workshop(), Model()
    workshop.load_ahead("key", lambda: model)
    assert workshop.loaded_ahead("another plan") is None
    assert workshop.loaded_ahead("key") is model
    assert workshop.loaded_ahead("key") is None
    workshop.drop_ahead()
    assert not model.is_closed  # it is the taker's


def test_that_a_model_nobody_took_is_given_back():
    workshop, first, second = Workshop(), Model(), Model()
    workshop.load_ahead("key", lambda: first)
    workshop.load_ahead("key", lambda: second)
    assert first.is_closed
    assert workshop.loaded_ahead("key") is second


def test_that_a_model_that_cannot_be_loaded_is_none():
    def fail():
        raise InputError("not a model")

    workshop = Workshop()
    workshop.load_ahead("key", fail)
    assert workshop.loaded_ahead("key") is None
    workshop.load_ahead("key", fail)
    workshop.drop_ahead()
