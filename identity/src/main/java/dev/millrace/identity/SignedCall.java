package dev.millrace.identity;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A signed call whose body is still to come. Used by one thread.
public final class SignedCall {
    private final @Nullable String declared;
    private final Function<String, Principal> check;

    /// @param declared the body's hash as the header says, something else when the body is not signed, or
    ///     null when the signature is over a hash that only the body gives
    /// @param check of the signature, given the body's hash
    SignedCall(@Nullable String declared, Function<String, Principal> check) {
        this.declared = declared;
        this.check = check;
    }

    /// Whether the body's hash is of interest.
    public boolean isBodySigned() {
        return declared == null || declared.length() == 64;
    }

    /// Whether the caller is known before the body is: the header tells its hash, or it is not signed.
    public boolean isCallerKnown() {
        return declared != null;
    }

    /// The caller, where it is known.
    public Principal caller() {
        if (declared == null) {
            throw new IllegalStateException("the signature is over the body");
        }
        return check.apply(declared);
    }

    /// The caller, once the body has come.
    ///
    /// @param sha256 of the body
    /// @throws PlatformException `SIGNATURE_MISMATCH` when the signature is not over this body
    public Principal caller(byte[] sha256) {
        String hash = Digests.hex(sha256);
        if (declared != null && isBodySigned() && !Digests.areEqual(declared, hash)) {
            throw new PlatformException(
                    ErrorCode.SIGNATURE_MISMATCH, "The body does not match the hash in x-amz-content-sha256.");
        }
        return check.apply(hash);
    }
}
