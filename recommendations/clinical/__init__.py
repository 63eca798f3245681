"""What the chart says, as typed facts with their sources.

In come the FHIR resources that ``smartapp.fhir.reader`` read for the one patient of a launch; out
go facts, trends computed by code, and gaps in plain words: the same to the model, to verification
and to the offline drafter. A tool takes no patient, gives out no identifier, and never lets a
resource that could not be understood, or was not read, pass for one that is not there.
"""
