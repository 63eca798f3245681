"""What can go wrong with a bulk export beyond what can with any request."""

from smartapp.fhir.errors import FhirError


class BulkHeldElsewhere(FhirError):
    """Another worker holds this export; the one that was slower stops, and changes nothing."""

    code = "bulk_held_elsewhere"
    sentence = "Another worker works on this export. Nothing needs to be done."


class BulkCancelled(FhirError):
    """Somebody cancelled the export while it was worked on."""

    code = "bulk_cancelled"
    sentence = "This export was cancelled. Begin another where it is still wanted."


class BulkNotReady(FhirError):
    """An export that is not fetched, or not any more, cannot be imported."""

    code = "bulk_not_ready"
    sentence = "This export is not there to be imported. See its state, and begin another."


class FileChanged(FhirError):
    """A file that is fetched again does not begin as what we hold of it."""

    code = "bulk_file_changed"
    sentence = "The EHR sent another file in the place of one half fetched; it is fetched anew."


class StorageFull(FhirError):
    """The disk has no room for what the EHR sends."""

    code = "bulk_storage_full"
    sentence = "The data folder has no room left. Make room; the export goes on by itself."


class BulkLeftRunning(FhirError):
    """A kick-off was sent and its answer never noted: the EHR may run an export nobody knows of."""

    code = "bulk_possibly_left_running"
    sentence = (
        "The EHR may have begun an export whose address is not known. Look in the EHR, and delete "
        "it there; until it is gone, another may be refused."
    )
