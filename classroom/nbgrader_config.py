"""nbgrader's settings for this course. `make classroom` copies the file once and then leaves it to you."""

c = get_config()  # noqa: F821 (nbgrader hands it in)

c.CourseDirectory.course_id = "backprop"

# An answer cell keeps the chapter's stub; what stands between the marks goes, and nothing takes its place.
c.ClearSolutions.code_stub = {"python": ""}

# Seconds for a cell. The checks stop an endless answer by themselves after 2; this is for a loop outside of it.
c.Execute.timeout = 60

# A check cell that was deleted comes back, and counts.
c.OverwriteCells.add_missing_cells = True

# Anything on stderr, such as a library's warning, would cost all points of a cell, even when the answer is right.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]"

# Next to a notebook, a module called backprop would be imported in place of the package. Modules stay behind.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "feedback", "*.py", "*.pyc", "*.pyd", "*.so"]

# The feedback shows what a student's code put out, but runs no script that came with it. Figures are shown as
# images, in which scripts don't run.
c.HTMLExporter.sanitize_html = True
c.NbConvertBase.display_data_priority = ["image/svg+xml", "image/png", "image/jpeg", "text/html", "text/plain"]
