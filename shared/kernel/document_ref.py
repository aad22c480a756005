"""The same as ``shared.kernel.documents``, where a document's reference is described."""

from shared.kernel.documents import DIGEST, DocumentRef

__all__ = ["DIGEST", "DocumentRef"]
