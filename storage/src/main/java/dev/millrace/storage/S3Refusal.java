package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.minio.Xml;
import io.minio.errors.XmlParserException;
import io.minio.messages.ErrorResponse;
import java.io.IOException;
import java.util.Set;

/// An answer of the store that is not a success.
final class S3Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    /// Codes that ask for the same request again, whatever their status.
    private static final Set<String> ASK_AGAIN =
            Set.of("RequestTimeout", "IncompleteBody", "BadDigest", "ConditionalRequestConflict", "SlowDown");

    private static final Set<String> FULL = Set.of("StorageFull", "XMinioStorageFull", "QuotaExceeded");

    private final int status;
    private final String code;

    private S3Refusal(int status, String code, String message) {
        super(status + " " + code + ": " + message);
        this.status = status;
        this.code = code;
    }

    /// @param body as sent; empty for HEAD
    static S3Refusal of(int status, String body) {
        if (!body.isBlank()) {
            try {
                ErrorResponse error = Xml.unmarshal(ErrorResponse.class, body);
                return new S3Refusal(status, String.valueOf(error.code()), String.valueOf(error.message()));
            } catch (XmlParserException _) {
                // A proxy's page: the status says enough.
            }
        }
        return new S3Refusal(status, "HTTP" + status, "no reason given");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    boolean isFull() {
        return status == 507 || FULL.contains(code);
    }

    /// Whether the same request may succeed a moment later.
    boolean isTransient() {
        return !isFull() && ((status >= 500 && status != 501) || status == 429 || ASK_AGAIN.contains(code));
    }

    /// Whether a conditional write was refused for its condition; S3 says 404 to `If-Match` on a missing
    /// key.
    boolean isPrecondition() {
        return status == 412 || code.equals("NoSuchKey");
    }

    boolean isMissing() {
        return status == 404;
    }

    /// @param what the operation and its object, for the message
    PlatformException asPlatformException(String what) {
        if (isFull()) {
            return new PlatformException(ErrorCode.STORAGE_FULL, what + ": the store has no room", this);
        }
        if (isTransient()) {
            return new PlatformException(
                    ErrorCode.SERVICE_UNAVAILABLE, what + ": the store refuses (" + status + " " + code + ")", this);
        }
        return switch (status) {
            case 404 -> new PlatformException(ErrorCode.VALIDATION_ERROR, what + ": " + code, this);
            case 400, 409, 412 -> new PlatformException(ErrorCode.VALIDATION_ERROR, what + ": " + code, this);
            case 401, 403 ->
                code.equals("RequestTimeTooSkewed")
                        ? new PlatformException(
                                ErrorCode.SERVICE_UNAVAILABLE, what + ": the store's clock and ours differ", this)
                        : new PlatformException(ErrorCode.ACCESS_DENIED, what + ": the store denies access", this);
            default -> new PlatformException(ErrorCode.INTERNAL_FAILURE, what + ": " + getMessage(), this);
        };
    }
}
