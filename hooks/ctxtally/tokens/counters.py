"""Counters by name: shipped encodings, OpenAI models, families of other models, and plug-ins."""

from __future__ import annotations

from ctxtally.errors import UserError
from ctxtally.tokens import engines
from ctxtally.tokens.models import ALIASES, ENCODINGS, SHIPPED, encoding_of

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.model.count import Counter, Method

DEFAULT = "o200k_base"


class NamedCounter:
    """A counter that turns into its fallback the first time that its engine cannot count.

    Then `warning` says so, and `id`, `version`, `method` and `label` are those of the fallback:
    numbers counted before are of another kind, so count all texts of one verdict in one call.
    """

    __slots__ = ("_engine", "_fallback", "id", "label", "method", "version", "warning")

    def __init__(  # noqa: PLR0913 - keywords; a dataclass would double the cost of a cold count
        self,
        *,
        id: str,  # noqa: A002 - the name of the attribute
        version: str,
        engine: Callable[[Sequence[str]], list[int]],
        method: Method = "exact",
        label: str = "",
        fallback: Callable[[], NamedCounter] | None = None,
    ) -> None:
        self.id = id
        self.version = version
        self.method: Method = method
        self.label = label or id
        self.warning: str | None = None
        self._engine = engine
        self._fallback = fallback

    def count(self, text: str) -> int:
        """Return the tokens of `text`."""
        return self.count_texts([text])[0]

    def count_texts(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text, all by one engine."""
        try:
            return self._engine(texts)
        except engines.EngineError as error:
            if self._fallback is None:
                raise
            other = self._fallback()
            failed = f"the counter `{self.id}` cannot count ({error})"
        found = other.count_texts(texts)
        self.id, self.version, self.method = other.id, other.version, other.method
        self.label, self._engine, self._fallback = other.label, other.count_texts, None
        self.warning = other.warning or f"{failed}: using {other.label} instead"
        return found


def count_texts(counter: Counter, texts: Sequence[str]) -> list[int]:
    """Return the tokens of each text; with a shipped encoding, much text is counted in bulk."""
    if isinstance(counter, NamedCounter):
        return counter.count_texts(texts)
    return [counter.count(text) for text in texts]


def counter(name: str = DEFAULT) -> Counter:
    """Return the counter that `name` means: an encoding, a model, a family of models, a plug-in.

    A model of OpenAI whose encoding is not public is counted as `assumed o200k_base`. Models and
    families without a public tokenizer are estimated.
    """
    encoding = ALIASES.get(name, name)
    model = name.rpartition("/")[2]  # `openai/gpt-5`, as routers write it
    shipped = encoding if encoding in engines.VERSIONS else SHIPPED.get(encoding_of(model) or "")
    if shipped is not None:
        return _shipped(shipped)
    from ctxtally.tokens import families, plugins

    if name in families.MODELS:
        return _family(name)
    points = plugins.installed()
    if name in points:
        return NamedCounter(
            id=name,
            version=plugins.version(points[name]),
            engine=plugins.engine(points[name]),
            fallback=lambda: _shipped(DEFAULT),
        )
    family = families.family_of(name)
    if family == families.OPENAI or model in ENCODINGS:
        return _shipped(DEFAULT, assumed=True)
    if family != families.UNKNOWN:
        return _family(family)
    raise _unknown(name, [*families.MODELS, *points])


def _shipped(encoding: str, *, assumed: bool = False) -> NamedCounter:
    return NamedCounter(
        id=encoding,
        version=engines.VERSIONS[encoding],
        engine=engines.shipped(encoding),
        method="calibrated" if assumed else "exact",
        label=f"assumed {encoding}" if assumed else encoding,
        fallback=lambda: _guessed(encoding),
    )


def _guessed(encoding: str) -> NamedCounter:
    from ctxtally.tokens import calibration

    return NamedCounter(
        id=f"guessed-{encoding}",
        version=calibration.version(),
        engine=lambda texts: [calibration.guess(encoding, text).tokens for text in texts],
        method="calibrated",
        label=f"guessed {encoding}",
    )


def _family(family: str) -> Counter:
    from ctxtally.tokens import calibration, families

    if family == families.OPENAI:
        return _shipped(DEFAULT)
    return NamedCounter(
        id=family,
        version=calibration.version(),
        engine=lambda texts: [calibration.estimate(text, family).tokens for text in texts],
        method="calibrated",
    )


def _unknown(name: str, others: Sequence[str]) -> UserError:
    from ctxtally.text.nearest import nearest
    from ctxtally.text.shown import shown

    valid = [*engines.VERSIONS, *ALIASES, *ENCODINGS, *others]
    near = nearest(name, valid) or DEFAULT
    return UserError(f"no counter is named {shown(name)}", help=f"did you mean `{near}`?")
