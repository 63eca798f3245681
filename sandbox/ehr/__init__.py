"""The hospital's own screen: sign in, find a patient, read the chart, with the app in its sidebar.

In: the charts, and who is signed in. Out: pages, and launches of the app bound to one person, one
patient and one visit.
Never: decides what a token may do, or shows the app anything but through a launch.
"""
