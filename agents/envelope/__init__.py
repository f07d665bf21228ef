"""The Resolution Envelope: seven conditions an answer must survive, each tried by scenarios of ours.

A scenario is data (scenarios/*.yaml): who writes, on which channel, how their orders stand, what was said before, and
what must hold of the answer, of what is proposed beside it, and of what is then done at the platform.
"""
