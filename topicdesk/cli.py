"""The commands of the terminal, each a thin shell over the part that does the work."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import NoReturn

from topicdesk import __version__
from topicdesk.core.crash_dumps import leave_no_dumps
from topicdesk.core.errors import InputError, TopicDeskError
from topicdesk.core.requests import CorpusSource, RunRequest
from topicdesk.core.settings import Settings, load_settings
from topicdesk.core.text_making import SPLITS
from topicdesk.figure_options import add_figure_options, figure_request
from topicdesk.relabel_options import add_relabel_options

COMMANDS = ("run", "preview", "sample", "models", "relabel", "export", "doctor", "worker")
EXPORT_FORMATS = ("png", "svg", "pdf", "html", "csv", "xlsx", "parquet", "bertopic", "log", "methods")
ROLES = {"text": "text", "title": "title", "id": "id", "date": "date", "class": "group"}
_ROLE_MEANS = {
    "title": "what each document is called",
    "id": "what tells documents apart; kept for exports",
    "date": "when each was written: a colour of the map",
    "class": "a known division of the documents: a colour of the map, never used for topics",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; without one, open the window. Returns the exit code: 0, 2, 3 or 130."""
    given = sys.argv[1:] if arguments is None else arguments
    leave_no_dumps()
    try:
        if given and not given[0].startswith("-") and given[0] not in COMMANDS:
            return _window(_existing(given))
        chosen = _parser().parse_args(given)
        if chosen.command is None:
            return _window(None)
        return int(globals()[f"_{chosen.command}"](chosen))
    except TopicDeskError as error:
        print(f"topicdesk: {' '.join(str(error).splitlines())}", file=sys.stderr)  # a file's name may hold a line break
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `topicdesk preview ... | head`
        sys.stderr.close()
        return 0


class _Parser(argparse.ArgumentParser):
    """Says in one line what is mistyped."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}. `{self.prog} --help` shows what is possible.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("topicdesk", description="Topic maps of private corpora. `topicdesk [CORPUS | PROJECT]` opens the window.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"topicdesk {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="|".join(COMMANDS[:-1]))
    run = commands.add_parser("run", help="analyse a corpus in the terminal", allow_abbrev=False)
    _add_source(run)
    run.add_argument("--out", required=True, type=Path, help="folder for map.png, topics.csv, documents.csv, run.json and project.topicdesk")
    run.add_argument("--settings", type=Path, help="TOML file with one table a stage")
    run.add_argument("--embedding-model", metavar="PATH", help="a sentence-transformers folder; one of the models folder where it is not given")
    run.add_argument("--language-model", metavar="PATH", help="a GGUF file; one of the models folder where it is not given")
    run.add_argument("--no-labels", action="store_true", help="keyword labels only, no language model")
    run.add_argument("--min-topic-size", type=int, metavar="N", help="the fewest documents of a topic; else it follows from their number")
    run.add_argument("--sample", type=int, metavar="N", help="analyse N documents, evenly drawn")
    run.add_argument("--seed", type=int, metavar="N", help="of the projection; 42 where it is not given")
    run.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="what computes; auto: the graphics card where there is one")
    run.add_argument("--gpu-layers", default="auto", metavar="auto|N", help="how many layers of the language model lie on the graphics card")
    run.add_argument("--fresh", action="store_true", help="compute all anew (one that was stopped goes on); edits are kept")
    run.add_argument("--update", action="store_true", help="CORPUS is a later state of the texts in DIR: new ones join the topics that are there")
    run.add_argument("--delete-backups", action="store_true", help="with --update: delete the backups that hold texts which CORPUS no longer has")
    run.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    preview = commands.add_parser("preview", help="what import understands of a file", allow_abbrev=False)
    _add_source(preview)
    preview.add_argument("--rows", default="20", metavar="N|all", help="how many rows are shown")
    preview.add_argument("--json", action="store_true", help="as one JSON object")
    preview.add_argument("--excerpts", action="store_true", help="with --json: how the rows that cannot be read begin, and what cleaning would do")
    preview.add_argument("--languages", action="store_true", help="with --json: also what the texts are written in, which takes a second more")
    sample = commands.add_parser("sample", help="write the sample corpus")
    sample.add_argument("folder", type=Path, help="where sample.csv is written")
    models = commands.add_parser("models", help="list, check, add models; place the starter models")
    models.add_argument("what", choices=("list", "check", "add", "starter"))
    models.add_argument("file", nargs="?", type=Path, help="with check and add: a GGUF file or a folder of an embedding model")
    models.add_argument("--json", action="store_true", help="with list: everything that is known of each")
    add_relabel_options(commands.add_parser("relabel", help="ask a model anew what topics are called, compare, accept", allow_abbrev=False))
    export = commands.add_parser("export", help="write a project's figure, tables, history, methods or a folder for BERTopic")
    export.add_argument("project", type=Path, help="a .topicdesk file")
    export.add_argument("--to", required=True, type=Path, help="folder")
    export.add_argument("--format", required=True, choices=EXPORT_FORMATS)
    add_figure_options(export)
    doctor = commands.add_parser("doctor", help="what this machine has")
    doctor.add_argument("--json", action="store_true", help="as one JSON object")
    commands.add_parser("worker").add_argument("--once", action="store_true")
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", help="a file or a folder of texts")
    parser.add_argument(
        "--text",
        metavar="COL",
        action="append",
        help="the column of the texts, guessed where it is not given; once more for each further one that is joined to it",
    )
    for role in ROLES:
        if role != "text":
            parser.add_argument(f"--{role}", metavar="COL", help=_ROLE_MEANS[role])
    parser.add_argument("--clean", metavar="html,email,urls", help="what is taken out of texts; email: headers and signatures")
    parser.add_argument("--min-words", type=int, metavar="N", help="leave out texts with fewer words")
    parser.add_argument("--drop-duplicates", action="store_true", default=None, help="leave out texts that repeat an earlier one; else they are kept")
    parser.add_argument("--split", choices=tuple(SPLITS), help="analyse passages of documents; without it only the beginning of a long one is read")
    parser.add_argument(
        "--without-speaker",
        metavar="NAME",
        action="append",
        help="with --split speaker: leave out what NAME says, such as an interviewer; once more for others",
    )
    parser.add_argument("--encoding", help="of the file's text; guessed where it is not given, as all of these are")
    parser.add_argument("--delimiter", help="between cells")
    parser.add_argument("--quote", help="around cells")
    parser.add_argument("--header", choices=("yes", "no"), help="whether the first row names the columns")
    parser.add_argument("--skip-lines", type=int, metavar="N", dest="skip", help="lines above the table")
    parser.add_argument("--sheet", metavar="NAME", help="of a workbook; or the file in a zip archive")


def _source(chosen: argparse.Namespace) -> CorpusSource:
    text, *joined = chosen.text or [None]
    roles = {field: getattr(chosen, role) for role, field in ROLES.items()} | {"text": text}
    corrections = {
        name: getattr(chosen, name, None) for name in ("encoding", "delimiter", "quote", "skip", "sheet", "sample", "min_words", "drop_duplicates", "split")
    }
    if chosen.skip is not None and chosen.skip < 0:
        raise InputError(f"--skip-lines {chosen.skip}: it takes 0 or a larger number.")
    header = None if chosen.header is None else chosen.header == "yes"
    return CorpusSource(
        str(Path(chosen.corpus).absolute()), **roles, **corrections, joined=tuple(joined), clean=_listed(chosen.clean), header=header,
        without_speakers=tuple(chosen.without_speaker or ()),
    )  # fmt: skip


def _listed(words: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (words or "").split(",") if word.strip())


def _existing(given: list[str]) -> Path:
    if len(given) > 1:
        raise InputError(f"one corpus or project at a time; {given[1]!r} is left over. Commands are {', '.join(COMMANDS[:-1])}.")
    path = Path(given[0])
    if not path.exists():
        raise InputError(f"{path}: there is no such file, and no such command. Commands are {', '.join(COMMANDS[:-1])}.")
    return path.absolute()


def _window(path: Path | None) -> int:
    from topicdesk.gui.app import open_window

    return open_window(path)


def _run(chosen: argparse.Namespace) -> int:
    from topicdesk.project.lock import ProjectLock
    from topicdesk.terminal import follow_run

    settings = load_settings(chosen.settings) if chosen.settings else Settings()
    tables = settings.to_dict()
    if chosen.min_topic_size is not None:
        tables["clustering"]["min_topic_size"] = chosen.min_topic_size
    if chosen.seed is not None:
        tables["projection"]["seed"] = chosen.seed
    Settings.from_dict(tables, "command line")
    if chosen.gpu_layers != "auto" and not chosen.gpu_layers.isdecimal():
        raise InputError(f"--gpu-layers {chosen.gpu_layers}: it takes auto or a whole number.")
    out = _writable_folder(chosen.out)
    request = RunRequest(
        project=str(out / "project.topicdesk"), source=_source(chosen), out_folder=str(out), settings=tables,
        embedding_model=chosen.embedding_model, language_model=chosen.language_model, with_labels=not chosen.no_labels,
        device=chosen.device, gpu_layers=chosen.gpu_layers, fresh=chosen.fresh, update=chosen.update, delete_backups=chosen.delete_backups,
    )  # fmt: skip
    if chosen.delete_backups and not chosen.update:
        raise InputError("--delete-backups goes with --update: it deletes the backups that hold texts which an update took out.")
    if not chosen.update:
        return follow_run(request, as_json=chosen.json)
    _refuse_beside_update(chosen)
    with ProjectLock(Path(request.project), "window"):  # a window that shows the old rows must not edit them
        return follow_run(request, as_json=chosen.json)


def _refuse_beside_update(chosen: argparse.Namespace) -> None:
    """An update keeps the topics that are there, so nothing may be wished that makes others."""
    wishes = {"--settings": chosen.settings, "--min-topic-size": chosen.min_topic_size, "--seed": chosen.seed, "--fresh": chosen.fresh or None}
    if wished := next((name for name, value in wishes.items() if value is not None), None):
        raise InputError(f"--update keeps the topics as they are, so {wished} has no effect beside it. Update first, then run once more with {wished}.")
    if not (chosen.out / "project.topicdesk").is_file():
        raise InputError(f"--update: {chosen.out} holds no project yet. Leave --update out to make one.")


def _writable_folder(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder}: this is a file; name a folder.")
    return folder.absolute()


def _preview(chosen: argparse.Namespace) -> int:
    from topicdesk.engine.preview_languages import languages_in_words, told_languages
    from topicdesk.importing.preview import preview_corpus
    from topicdesk.importing.preview_text import render_preview

    if chosen.rows != "all" and not chosen.rows.isdecimal():
        raise InputError(f"--rows {chosen.rows}: it takes a whole number or all.")
    with_survey = chosen.excerpts or not chosen.json
    preview = preview_corpus(_source(chosen), None if chosen.rows == "all" else int(chosen.rows), with_survey=with_survey)
    if chosen.json:
        told = {"languages": told_languages(preview.texts)} if chosen.languages else {}
        print(json.dumps(preview.to_dict(chosen.excerpts) | told, ensure_ascii=True))
        return 0
    print(render_preview(preview), flush=True)  # at once; what tells languages takes a second to load
    if words := languages_in_words(preview.texts):
        print(words)
    return 0


def _sample(chosen: argparse.Namespace) -> int:
    from topicdesk.importing.sample_corpus import write_sample

    print(write_sample(_writable_folder(chosen.folder)))
    return 0


def _models(chosen: argparse.Namespace) -> int:
    from topicdesk.engine.model_report import report_lines

    said, warned = report_lines(chosen.what, chosen.file, chosen.json)
    print("\n".join(said), end="\n" if said else "")
    for line in warned:
        print(line, file=sys.stderr)
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from topicdesk.engine.outputs import export_project

    if chosen.format == "bertopic":
        return _export_bertopic(chosen.project, _writable_folder(chosen.to))
    for path in export_project(chosen.project, _writable_folder(chosen.to), chosen.format, figure_request(chosen)):
        print(path)
    return 0


def _export_bertopic(project: Path, folder: Path) -> int:
    from topicdesk.core.requests import BertopicRequest
    from topicdesk.engine.bertopic_export import export_bertopic
    from topicdesk.engine.workshop import Workshop

    written = export_bertopic(BertopicRequest(str(project), str(folder)), Workshop())
    print("\n".join(written.paths))
    if notice := written.in_words():
        print(f"topicdesk: {notice}", file=sys.stderr)
    return 0


def _relabel(chosen: argparse.Namespace) -> int:
    from topicdesk.relabel_command import relabel_project

    if chosen.gpu_layers != "auto" and not chosen.gpu_layers.isdecimal():
        raise InputError(f"--gpu-layers {chosen.gpu_layers}: it takes auto or a whole number.")
    said, beside = relabel_project(chosen)
    print("\n".join(said))
    for line in beside:
        print(line, file=sys.stderr)
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from topicdesk.doctor.report import examine, in_words

    report = examine()
    print(json.dumps(report, indent=1) if chosen.json else in_words(report))
    return 0


def _worker(chosen: argparse.Namespace) -> int:
    from topicdesk.engine.worker import serve

    return serve(warm=not chosen.once)
