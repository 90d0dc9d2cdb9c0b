"""The one way out for files: permission-checked, as an attachment, never sniffed (I7)."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from procstd.access import SIGNED_IN, Request, allow
from procstd.files.models import StoredFile
from procstd.logs import log, security_log


@require_safe
@allow(SIGNED_IN)
def file_download(request: Request, key: uuid.UUID) -> FileResponse:
    """Send a file that the person may see; any other does not exist."""
    file = get_object_or_404(StoredFile.objects.visible_to(request.user), key=key)
    try:
        content = file.content.open("rb")
    except FileNotFoundError as error:
        log.error("file_missing_on_disk", file=file.pk)
        raise Http404 from error
    security_log.info("file_downloaded", user=request.user.pk, file=file.pk)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
