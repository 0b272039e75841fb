package dev.millrace.outbound;

import java.net.UnknownHostException;

/// A host that resolves to an address that may not be called; an `UnknownHostException` because that is what
/// the HTTP
/// client lets its resolver throw.
final class ForbiddenAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String message) {
        super(message);
    }
}
