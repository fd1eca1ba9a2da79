"""What well-known methods of the standard library return and hand to closures, as far as it tells whose method is next.

Types are taken as `receivers.Type` has them: `()` is a tuple, `[]` a slice or an array.
"""

from __future__ import annotations

from app.rust.types.types import Type


def _words(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


POINTERS = _words(
    "Box Arc Rc Pin Cow Ref RefMut MutexGuard RwLockReadGuard RwLockWriteGuard LazyLock Lazy OnceCell ManuallyDrop "
    "Reverse Wrapping"
)
WRAPPERS = _words("Option Result Poll")
_LISTS = _words("Vec VecDeque [] BinaryHeap SmallVec ArrayVec")
_SETS = _words("HashSet BTreeSet IndexSet")
_MAPS = _words("HashMap BTreeMap IndexMap")
ITERATORS = _words("Iterator Iter IterMut IntoIter Drain")
_ADAPTERS = _words("Peekable Rev Skip Take StepBy Fuse Cycle Cloned Copied Filter")
_UNWRAPPING = _words("unwrap expect unwrap_or unwrap_or_else unwrap_or_default unwrap_unchecked insert get_or_insert "
                     "get_or_insert_with")  # fmt: skip
_SAME_WRAPPER = _words(
    "as_ref as_mut take replace or or_else filter inspect as_deref as_deref_mut copied cloned map_err clone xor"
)
_ONE_OF = _words(
    "first last first_mut last_mut get get_mut pop pop_front pop_back front back front_mut back_mut peek peek_mut"
)
_AT = _words("get_unchecked get_unchecked_mut remove swap_remove")
_ITERATE = _words("iter iter_mut into_iter drain")
_PIECES = _words("chunks chunks_mut chunks_exact chunks_exact_mut windows split rchunks")
_SAME_LIST = _words(
    "as_slice as_mut_slice to_vec clone split_off as_ref as_mut to_owned into_boxed_slice into_vec"
)
_KEEP = _words(
    "filter rev skip take step_by peekable cloned copied by_ref fuse inspect chain skip_while take_while cycle iter "
    "into_iter clone"
)
_NEXT = _words(
    "next last nth next_back find max min peek peek_mut max_by max_by_key min_by min_by_key next_if reduce"
)
_CHANGED = _words("map filter_map flat_map scan map_while")
_TO_ELEMENT = _words(
    "any all map for_each filter position rposition find filter_map flat_map take_while skip_while map_while inspect "
    "max_by_key min_by_key partition find_map try_for_each max_by min_by reduce is_sorted_by_key next_if is_partitioned"
)
_IN_LISTS = _words(
    "retain retain_mut sort_by sort_by_key sort_unstable_by sort_unstable_by_key binary_search_by "
    "binary_search_by_key dedup_by_key dedup_by partition_point sort_by_cached_key split splitn iter map"
)
_OF_OPTION = _words("map and_then map_or map_or_else is_some_and is_ok_and filter inspect is_none_or")
_OF_ERROR = _words("map_err or_else unwrap_or_else inspect_err")


def iterator(element: Type | None) -> Type:
    """An iterator over such elements."""
    return Type((b"Iterator",), (element,))


def tuple_of(*parts: Type | None) -> Type:
    """A tuple."""
    return Type((b"()",), parts)


def argument(kind: Type, place: int = 0) -> Type | None:
    """A type's argument, if it has so many."""
    return kind.arguments[place] if -len(kind.arguments) <= place < len(kind.arguments) else None


def element(kind: Type) -> Type | None:
    """What a loop over it yields; None if it is not known."""
    last = kind.path[-1]
    if last in _LISTS or last in _SETS or last == b"Option":
        return argument(kind)
    if last in ITERATORS:
        return tuple_of(*kind.arguments) if len(kind.arguments) > 1 else argument(kind)
    if last in _MAPS:
        return tuple_of(argument(kind), argument(kind, 1))
    if last in _ADAPTERS:
        inner = argument(kind)
        return None if inner is None else element(inner)
    return None


def returned(kind: Type, name: bytes) -> Type | None:
    """What a method of a well-known type returns; None if it is not known."""
    last = kind.path[-1]
    if last in WRAPPERS or last.endswith(b"Result"):
        return _of_wrapper(kind, name)
    if last in _LISTS:
        return _of_list(kind, name)
    if last in _MAPS:
        return _of_map(kind, name)
    if last in _SETS:
        if name in _ITERATE:
            return iterator(argument(kind))
        return Type((b"Option",), kind.arguments[:1]) if name in (b"get", b"take") else None
    if last in ITERATORS or last in _ADAPTERS:
        return _of_iterator(kind, name)
    if last == b"Entry" and name in (b"or_insert", b"or_insert_with", b"or_default"):
        return argument(kind, 1)
    if (last, name) in _LOCKED:
        return Type((b"Result",), kind.arguments)
    if last == b"RefCell" and name in (b"borrow", b"borrow_mut"):
        return argument(kind)
    return None


_LOCKED = frozenset({(b"Mutex", b"lock"), (b"RwLock", b"read"), (b"RwLock", b"write")})


def _of_wrapper(kind: Type, name: bytes) -> Type | None:
    option = kind.path[-1] == b"Option"
    if name in _UNWRAPPING:
        return argument(kind)
    if name in _SAME_WRAPPER:
        return kind
    if name == b"ok":
        return Type((b"Option",), kind.arguments[:1])
    if name in (b"ok_or", b"ok_or_else"):
        return Type((b"Result",), kind.arguments[:1])
    if name == b"err" and not option:
        return Type((b"Option",), kind.arguments[1:2])
    if name in (b"unwrap_err", b"expect_err") and not option:
        return argument(kind, 1)
    return iterator(argument(kind)) if name in _ITERATE else None


def _of_list(kind: Type, name: bytes) -> Type | None:
    one = argument(kind)
    if name in _ONE_OF:
        return Type((b"Option",), (one,))
    if name in _AT:
        return one
    if name in _ITERATE:
        return iterator(one)
    if name in _PIECES:
        return iterator(Type((b"[]",), (one,)))
    if name in (b"split_first", b"split_first_mut", b"split_last", b"split_last_mut"):
        return Type((b"Option",), (tuple_of(one, Type((b"[]",), (one,))),))
    if name in (b"split_at", b"split_at_mut"):
        return tuple_of(Type((b"[]",), (one,)), Type((b"[]",), (one,)))
    return kind if name in _SAME_LIST else None


def _of_map(kind: Type, name: bytes) -> Type | None:
    key, value = argument(kind), argument(kind, 1)
    if name in (b"get", b"get_mut", b"remove", b"insert"):
        return Type((b"Option",), (value,))
    if name in (b"values", b"values_mut", b"into_values"):
        return iterator(value)
    if name in (b"keys", b"into_keys"):
        return iterator(key)
    if name in _ITERATE:
        return iterator(tuple_of(key, value))
    return Type((b"Entry",), (key, value)) if name == b"entry" else None


def _of_iterator(kind: Type, name: bytes) -> Type | None:
    one = element(kind)
    if name in _KEEP:
        return iterator(one)
    if name == b"enumerate":
        return iterator(tuple_of(None, one))
    if name == b"zip":
        return iterator(tuple_of(one, None))
    if name == b"flatten":
        return iterator(None if one is None else element(one))
    if name in _CHANGED:
        return iterator(None)
    return Type((b"Option",), (one,)) if name in _NEXT else None


def handed(kind: Type, method: bytes, place: int, each: Type | None) -> Type | None:
    """What a method hands to its closure's parameter at a 0-based place. `each` is what a loop over `kind` yields."""
    last = kind.path[-1]
    if last in WRAPPERS:
        if method in _OF_OPTION:
            return argument(kind)
        return argument(kind, 1) if method in _OF_ERROR and last == b"Result" else None
    if last in _LISTS:
        return argument(kind) if method in _IN_LISTS else None
    if last in _MAPS:
        return argument(kind, place) if method == b"retain" else None
    if method in (b"fold", b"try_fold", b"scan"):
        return each if place == 1 else None
    return each if method in _TO_ELEMENT else None
