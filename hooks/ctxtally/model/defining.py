"""Define data classes: the forms of `dataclasses` that are used here, with one compiled method.

Always with slots; `frozen` and `kw_only` or not; `field` with a `default` that does not compare,
with a `default_factory`, or left out of `__init__` for `__post_init__` to set. What is not known
here is refused when the class is defined.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar, TypeVar

    R = TypeVar("R", bound="Record")

    class Record:
        """What a data class has beside its own names."""

        __record_fields__: ClassVar[tuple[str, ...]]
        __record_given__: ClassVar[tuple[str, ...]]
        __record_compared__: ClassVar[tuple[str, ...]]
        __record_defaults__: ClassVar[Mapping[str, object]]


class _Field:
    __slots__ = ("compare", "default", "factory", "init")

    def __init__(
        self, default: object, factory: Callable[[], object] | None, *, init: bool, compare: bool
    ) -> None:
        self.default = default
        self.factory = factory
        self.init = init
        self.compare = compare


_NONE = object()


def field(
    *,
    default: object = _NONE,
    default_factory: Callable[[], object] | None = None,
    init: bool = True,
    compare: bool = True,
) -> object:
    """Say where the value of a field comes from, and whether it makes a difference.

    That is a `default`, a factory, or (not `init`) `__post_init__`.
    """
    if (default is not _NONE) + (default_factory is not None) + (not init) != 1:
        raise TypeError("field: give one of default, default_factory and init=False")
    return _Field(default, default_factory, init=init, compare=compare)


def dataclass(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False
) -> Callable[[type[Any]], type[Record]]:
    """Return a decorator that makes a data class of the annotated names."""
    if not slots:
        raise TypeError("dataclass: slots=True is the only form here")
    return lambda declared: _made(declared, frozen=frozen, kw_only=kw_only)


def replace(record: R, **changes: object) -> R:
    """Return the record with some values changed."""
    kept = {name: getattr(record, name) for name in record.__record_given__ if name not in changes}
    return record.__class__(**kept, **changes)


def asdict(value: Any) -> Any:  # noqa: ANN401 - any value that a field may have
    """Return records as dictionaries, also those in lists, tuples and dictionaries."""
    if hasattr(value, "__record_fields__"):
        return {name: asdict(getattr(value, name)) for name in value.__record_fields__}
    if isinstance(value, (list, tuple)):
        return type(value)(map(asdict, value))
    if isinstance(value, dict):
        return {key: asdict(one) for key, one in value.items()}
    return value


def _made(declared: type[Any], *, frozen: bool, kw_only: bool) -> type[Record]:
    space = {k: v for k, v in declared.__dict__.items() if k not in ("__dict__", "__weakref__")}
    own = tuple(space.get("__annotations__", ()))
    fields = (*getattr(declared, "__record_fields__", ()), *own)
    defaults = dict(getattr(declared, "__record_defaults__", {}))
    defaults |= {name: space.pop(name) for name in own if name in space}
    space |= {
        "__slots__": own,
        "__match_args__": () if kw_only else fields,
        "__record_fields__": fields,
        "__record_given__": _names(fields, defaults, "init"),
        "__record_compared__": _names(fields, defaults, "compare"),
        "__record_defaults__": defaults,
        "__eq__": _equal,
        "__hash__": _hash if frozen else None,
    }
    space.setdefault("__repr__", _repr)
    if frozen:
        space |= {"__setattr__": _refuse, "__delattr__": _refuse}
    metaclass: Any = type(declared)
    made: type[Any] = metaclass(declared.__name__, declared.__bases__, space)
    made.__qualname__ = declared.__qualname__
    made.__init__ = _Initializer(made, kw_only=kw_only)
    return made


def _names(fields: tuple[str, ...], defaults: Mapping[str, object], part: str) -> tuple[str, ...]:
    """Return the fields that take part: in `__init__`, or where records are compared."""
    return tuple(
        name
        for name in fields
        if not isinstance(defaults.get(name), _Field) or getattr(defaults[name], part)
    )


class _Initializer:
    """Compiles the `__init__` of a class when it is first asked for, and puts it in its own place.

    To compile one takes a hook longer than all else about a class, and half of those that it
    imports it never makes a record of.
    """

    __slots__ = ("_kw_only", "_made")

    def __init__(self, made: type[Any], *, kw_only: bool) -> None:
        self._made = made
        self._kw_only = kw_only

    def __get__(self, record: object, kind: type) -> Callable[..., None]:
        self._made.__init__ = found = _compiled(self._made, kw_only=self._kw_only)
        bound: Callable[..., None] = found.__get__(record, kind)
        return bound


def _compiled(made: type[Any], *, kw_only: bool) -> Callable[..., None]:
    """Return the compiled `__init__`; slots are filled past a `__setattr__` that refuses."""
    head = ["self", "*"] if kw_only and made.__record_given__ else ["self"]
    body = []
    names: dict[str, Any] = {}
    for name in made.__record_given__:
        names[f"_set_{name}"] = getattr(made, name).__set__
        value = name
        if name in made.__record_defaults__:
            default = made.__record_defaults__[name]
            if isinstance(default, _Field) and default.factory is None:
                default = default.default
            names[f"_default_{name}"] = default
            head.append(f"{name}=_default_{name}")
            if isinstance(default, _Field):
                value = f"_default_{name}.factory() if {name} is _default_{name} else {name}"
        else:
            head.append(name)
        body.append(f"    _set_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        body.append("    self.__post_init__()")
    source = [f"def __init__({', '.join(head)}):", *(body or ["    pass"])]
    exec("\n".join(source), names)  # noqa: S102 - of nothing but the names of our annotations
    found: Callable[..., None] = names["__init__"]
    found.__qualname__ = f"{made.__qualname__}.__init__"
    return found


def _refuse(self: Record, name: str, *_: object) -> None:
    raise AttributeError(f"{self.__class__.__qualname__}.{name} cannot be changed")


def _values(record: Record) -> tuple[object, ...]:
    return tuple([getattr(record, name) for name in record.__record_compared__])


def _equal(self: Record, other: Record) -> object:
    if other.__class__ is not self.__class__:
        return NotImplemented
    return _values(self) == _values(other)


def _hash(self: Record) -> int:
    return hash(_values(self))


def _repr(self: Record) -> str:
    inside = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__record_fields__)
    return f"{self.__class__.__qualname__}({inside})"
