"""XML of graph files, by the parser of the standard library: any encoding, bounded, with lines for errors."""

import codecs
import re
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from sim.errors import InputError
from sim.network.edge_runs import EDGE_BEGINS, EdgeForm, edge_run
from sim.network.recorded import Recorded
from sim.tables.source import read_chunks, shown, where

_DEPTH_MAX = 100  # assumption: graph files nest about ten deep
_TAG_BYTES_MAX = 1 << 24  # assumption: one tag with its attributes; the parser keeps all of it in memory
_TEXT_MAX = 1_000_000  # assumption: characters of one value, such as a node's chats
_MISSES_MAX = 1_000  # assumption: edges that are written each in another way are not worth looking for runs
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    (b"<\0", "utf-16-le", "UTF-16"),
    (b"\0<", "utf-16-be", "UTF-16"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_TEXT_CODECS = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp932|cp949|gb\w+|big5\w*|euc_\w+|shift_jis\w*|koi8-r"
)


def xml_codec(head: bytes, path: Path) -> tuple[str, str]:
    """The encoding of XML by its first bytes: Python's name of it, and the one that people know.

    Raises:
        InputError: it declares an encoding that is none of text.
    """
    for mark, codec, name in _MARKS:
        if head.startswith(mark):
            return codec, name
    declared = _DECLARED.match(head)
    if not declared:
        return "utf-8", "UTF-8"
    name = declared[1].decode("ascii")
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if codec.startswith(("utf-16", "utf-32")):
        return "utf-8", "UTF-8"  # its bytes are of one each, or the declaration would not have been read
    if not _TEXT_CODECS.fullmatch(codec):
        raise InputError(
            f"{where(path, 1)}: the encoding {shown(name)} is not known; save the file as UTF-8",
            f"{where(path, 1)}: 不认识编码 {shown(name)}；请另存为 UTF-8",
        )
    return ("gb18030", "GB18030") if codec.startswith("gb") else (codec, name.upper())


class XmlGraph:
    """What the elements of a format mean; one method each for the formats' elements, called by name.

    Attributes:
        opened: element -> what its beginning does, given its attributes.
        closed: element -> what its end does.
        recorded: what it has found.
        elements: how many elements have begun.
        form: how the edge last read is written, if others of that form can be taken by `take_run`.
    """

    root = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.recorded = Recorded(path)
        self.opened: dict[str, Callable[[dict[str, str]], None]] = {}
        self.closed: dict[str, Callable[[], None]] = {}
        self.graphs = 0
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._depth = 0
        self.elements = 0
        self.form: EdgeForm | None = None
        self._hunts = True
        self._misses = 0
        self._before = ""
        self._fed_bytes = self._skipped_lines = 0
        self._text: list[str] | None = None
        self._text_length = 0

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._parser.CurrentLineNumber + self._skipped_lines

    def take_text(self) -> None:
        """Keep the text from here on, until `taken`."""
        self._text, self._text_length = [], 0
        self._parser.CharacterDataHandler = self._character_data

    def taken(self) -> str | None:
        """The text since `take_text`, without space around it; None if none was to be kept."""
        if self._text is None:
            return None
        text = "".join(self._text).strip()
        self._text = None
        self._parser.CharacterDataHandler = None
        return text

    def attribute(self, attributes: dict[str, str], *names: str) -> str:
        """The first of these attributes that an element has.

        Raises:
            InputError: it has none of them.
        """
        for name in names:
            if name in attributes:
                return attributes[name]
        raise self.wrong(f"an element lacks its attribute {names[0]}", f"元素缺少属性 {names[0]}")

    def wrong(self, en: str, zh: str) -> InputError:
        """The error of what stands in the line that is being read."""
        return self.recorded.wrong(self.line, en, zh)

    def a_graph(self) -> None:
        """Count the graphs of a file.

        Raises:
            InputError: this is the second one.
        """
        self.graphs += 1
        if self.graphs > 1:
            raise self.wrong(
                "a second graph begins here; a file is read as one community: save each graph in its own",
                "这里开始第二张图；一个文件按一个社群读取：请把每张图各存一个文件",
            )

    def read(self) -> Recorded:
        """Read the file.

        Raises:
            InputError: no XML, a DOCTYPE, another root, what the format does not allow, or beyond the limits.
        """
        decoder: codecs.IncrementalDecoder | None = None
        name = ""
        try:
            for chunk in read_chunks(self.path):
                if decoder is None:
                    codec, name = xml_codec(chunk[:1000], self.path)
                    decoder = codecs.getincrementaldecoder(codec)()
                self._feed(decoder.decode(chunk))
                if self._fed_bytes - self._parser.CurrentByteIndex > _TAG_BYTES_MAX:
                    raise self.wrong(
                        f"a tag is longer than {_TAG_BYTES_MAX:,} bytes", f"标签超过 {_TAG_BYTES_MAX:,} 字节"
                    )
            if decoder is not None:
                self._parser.Parse(decoder.decode(b"", True), True)
        except UnicodeDecodeError as error:
            line = self.line + error.object.count(b"\n", 0, error.start)
            raise self.recorded.wrong(
                line,
                f"is not {name} text ({error.reason}); save the file as UTF-8",
                f"不是 {name} 文本；请另存为 UTF-8",
            ) from error
        except UnicodeEncodeError as error:  # half a character, which some encodings let through
            raise self.wrong("is not XML (not a character)", "不是 XML（含有非字符）") from error
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            line = error.lineno + self._skipped_lines
            raise self.recorded.wrong(line, f"is not XML ({said})", f"不是 XML（{said}）") from error
        if not self.graphs:
            raise InputError(
                f"{self.path}: is not {self.root}: it holds no <graph>",
                f"{self.path}: 不是 {self.root}：没有 <graph>",
            )
        self.recorded.encoding = name
        return self.recorded

    def between_edges(self) -> bool:
        """Whether an edge may begin here, and nothing else is on its way."""
        return False

    def take_run(self, form: EdgeForm, columns: list[tuple[str, ...]], lines: list[int]) -> None:
        """Take edges that are written as `form` says; columns: the values of each attribute, then of data."""
        raise NotImplementedError

    def _feed(self, text: str) -> None:
        """Have a part of the file read: by the parser, but for runs of edges that are written alike."""
        # Within comments and the like, what looks like an edge is none: the parser alone knows.
        seen = self._before + (text if self._before else text[2:])
        self._hunts = self._hunts and "<!" not in seen and "<?" not in seen
        self._before = text[-1:] or self._before
        at = 0
        while self._hunts and (found := EDGE_BEGINS.search(text, at)) is not None:
            begin = found.start()
            self._parse(text[at:begin])
            at = begin
            if self.form is not None and self.between_edges():
                run = edge_run(self.form, text, begin)
                if run.rows:
                    line = self.line
                    self.recorded.take()
                    columns = list(zip(*run.rows, strict=True))
                    self.take_run(self.form, columns, [line + one for one in run.lines])
                    self._skipped_lines += text.count("\n", begin, run.end)
                    at = run.end
                    continue
            following = EDGE_BEGINS.search(text, found.end())
            if following is None:
                break
            self._misses += 1
            self._hunts = self._misses < _MISSES_MAX
            self._parse(text[at : following.start()])
            at = following.start()
        self._parse(text[at:])

    def _parse(self, text: str) -> None:
        if text:
            self._fed_bytes += len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
            self._parser.Parse(text, False)

    def _refuse_doctype(self, *_: object) -> None:
        raise self.wrong(
            "has a DOCTYPE, which may define entities; a graph needs none: delete it",
            "含有 DOCTYPE，它可能定义实体，图文件不需要它：请删去",
        )

    def _character_data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
            self._text_length += len(text)
            if self._text_length > _TEXT_MAX:
                raise self.wrong(
                    f"a value is longer than {_TEXT_MAX:,} characters", f"值超过 {_TEXT_MAX:,} 个字符"
                )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 0:
            prefix, colon, local = name.rpartition(":")
            if local.casefold() != self.root:
                raise self.wrong(
                    f"is not {self.root}: its first element is {shown(name)}",
                    f"不是 {self.root}：首个元素是 {shown(name)}",
                )
            # Elements of the format have the prefix that the first one has, whatever its namespace.
            self.opened = {
                element if ":" in element else f"{prefix}{colon}{element}": does
                for element, does in self.opened.items()
            }
            self.closed = {
                element if ":" in element else f"{prefix}{colon}{element}": does
                for element, does in self.closed.items()
            }
        self._depth += 1
        self.elements += 1
        if self._depth > _DEPTH_MAX:
            raise self.wrong(
                f"elements are nested more than {_DEPTH_MAX} deep", f"元素嵌套超过 {_DEPTH_MAX} 层"
            )
        does = self.opened.get(name)
        if does is not None:
            does(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        does = self.closed.get(name)
        if does is not None:
            does()
