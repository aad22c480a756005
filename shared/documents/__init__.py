"""The document store: what people write freely, and every file, apart from the log and erasable.

``DocumentRef`` is how facts and commands name a document; ``store`` keeps the bytes.
"""

from shared.kernel.documents import DocumentRef

__all__ = ["DocumentRef"]
