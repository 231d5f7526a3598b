"""The classroom kit: turns the chapters' exercises into a course for nbgrader.

chapters.py     what the exercises of a chapter are, and whether chapter and check still agree
needs.py        which cells of the chapter an exercise can't do without
assignments.py  a chapter's exercises as a notebook for nbgrader
course.py       the folder of the course; nbgrader makes the students' versions in it
plans.py        plans for half a day, a week and a term
tables.py       the tables of the appendix "Teaching with this book"
"""
