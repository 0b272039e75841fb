package dev.millrace.gateway.upload;

import java.io.Serial;

/// The caller closed its connection before its request was whole: there is nobody to answer.
public final class CallerGoneException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public CallerGoneException() {
        super("the caller is gone", null, false, false);
    }
}
