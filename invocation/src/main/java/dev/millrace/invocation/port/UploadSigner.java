package dev.millrace.invocation.port;

import dev.millrace.invocation.ObjectLocation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// Signs requests that someone else carries, so that large bodies never pass through this process's heap.
///
/// Signing is computation only and may run on an event loop; the multipart calls that ask the store return
/// stages.
public interface UploadSigner {
    /// A request that may be sent once, by anyone, until it expires.
    ///
    /// @param headers that must be sent exactly so
    record SignedRequest(String method, URI uri, Map<String, String> headers) {
        public SignedRequest {
            headers = Map.copyOf(headers);
        }
    }

    /// One part of a multipart upload that the store has taken.
    record Part(int number, String etag) {}

    /// A PUT of the whole object; the store answers 412 when `condition` does not hold.
    SignedRequest signPut(ObjectLocation at, ObjectAttributes attributes, WriteCondition condition);

    /// A GET of the object at the address that clients outside reach.
    ///
    /// @param fileName offered to browsers as the name to save under
    SignedRequest signGet(ObjectLocation at, String fileName);

    /// Begins a multipart upload.
    ///
    /// @return its upload id
    CompletionStage<String> startMultipart(ObjectLocation at, ObjectAttributes attributes);

    /// @param number from 1 to 10,000
    SignedRequest signPart(ObjectLocation at, String uploadId, int number);

    /// Makes the object visible, whole, if the condition holds.
    CompletionStage<WriteResult> completeMultipart(
            ObjectLocation at, String uploadId, List<Part> parts, WriteCondition condition);

    /// Gives the upload up; parts still under way must have ended before.
    CompletionStage<Void> abortMultipart(ObjectLocation at, String uploadId);
}
