"""The classroom kit: turns the chapters' exercises into a course for nbgrader, and grades a class.

chapters.py     what the exercises of a chapter are, and whether chapter and check still agree
needs.py        which cells of the chapter an exercise can't do without
assignments.py  a chapter's exercises as a notebook for nbgrader
course.py       the folder of the course; nbgrader makes the students' versions in it
lms.py          whose files are in the archive that an LMS made
repair.py       a student's notebook, made fit for the grader
tidy.py         takes in archives: reads, repairs, and puts each file in its place
register.py     what came in from whom, and what became of it
grading.py      grades on several processors, and says what can't be graded, and why
scores.py       scores in the lists that the LMS reads
plans.py        plans for half a day, a week and a term
tables.py       the tables of the appendix "Teaching with this book"
slides.py       a chapter as slides
"""
