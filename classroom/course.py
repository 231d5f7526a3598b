"""The folder of a course: the teacher's versions are written here, nbgrader makes the students' ones."""

import contextlib
import logging
import shutil
from pathlib import Path

import nbformat.v4

from .assignments import assignment
from .chapters import drift, read_chapters

CONFIG = Path(__file__).parent / "nbgrader_config.py"


class CourseError(ValueError):
    """A course that can't be built or used; the message is for the person who called the command."""


def build(folder, numbers=()):
    """Write source/ and release/ into a folder, for all chapters or for those with the given numbers.

    Submissions and the gradebook stay. The same chapters give the same bytes.

    Raises
    ------
    CourseError
        If a chapter and the package disagree, or nbgrader refuses.
    """
    chapters = read_chapters(numbers)
    unknown = set(numbers) - {chapter.number for chapter in chapters}
    if unknown:
        raise CourseError(f"no chapter {', '.join(map(str, sorted(unknown)))}")
    findings = [finding for chapter in chapters for finding in drift(chapter)]
    if findings:
        raise CourseError("\n".join(findings))
    folder = Path(folder)
    for chapter in chapters:
        target = folder / "source" / chapter.slug / f"{chapter.slug}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(nbformat.v4.writes(assignment(chapter)) + "\n", encoding="utf-8", newline="\n")
    if not (folder / CONFIG.name).exists():
        shutil.copyfile(CONFIG, folder / CONFIG.name)
    grader = nbgrader(folder)
    for chapter in chapters:
        done = grader.generate_assignment(chapter.slug, force=True)
        if not done["success"]:
            raise CourseError(f"nbgrader can't make the students' version of {chapter.slug}:\n{reason(done)}")
    return chapters


def nbgrader(folder, **settings):
    """nbgrader for a course, in this process: an NbGraderAPI with the course's own settings.

    `settings` replace them: {"Execute": {"timeout": 8}}.

    Raises
    ------
    CourseError
        If there is no course in the folder.
    """
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config, PyFileConfigLoader

    folder = Path(folder).resolve()
    if not (folder / CONFIG.name).is_file():
        raise CourseError(f"no course in {folder}: `make classroom` builds one")
    config = PyFileConfigLoader(CONFIG.name, path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    config.merge(Config(settings))
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # what it says is in the result of each call
    grader = NbGraderAPI(config=config, log_level=logging.ERROR)
    file = grader.coursedir.db_url.removeprefix("sqlite:///")
    if file != grader.coursedir.db_url:
        if not Path(file).exists():
            _make_gradebook(grader.coursedir.db_url)
        # Graders that work side by side wait for each other, not only for SQLite's five seconds.
        grader.coursedir.db_url += "" if "?" in file else "?timeout=60"
    return grader


def _make_gradebook(address):
    """Make an empty gradebook. nbgrader would ask alembic to, which reads paths in ASCII where LC_ALL is C."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, text

    settings = Config()
    settings.set_main_option("script_location", ALEMBIC_DIR.replace("%", "%%"))
    version = ScriptDirectory.from_config(settings).get_current_head()
    engine = create_engine(address)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    engine.dispose()


@contextlib.contextmanager
def gradebook(folder, file=None):
    """The scores of a course, or those in a file of their own, as nbgrader's Gradebook."""
    from nbgrader.api import Gradebook

    course = nbgrader(folder).coursedir
    with Gradebook(f"sqlite:///{Path(file).resolve()}" if file else course.db_url, course.course_id) as book:
        yield book


def reason(result):
    """The last line of what nbgrader says of a call that failed."""
    return result.get("error", "").strip().splitlines()[-1]
