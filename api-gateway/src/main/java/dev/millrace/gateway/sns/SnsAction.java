package dev.millrace.gateway.sns;

/// One action of SNS.
///
/// @param name as in `Action`
/// @param handler called on a thread that may block
record SnsAction(String name, Handler handler) {
    @FunctionalInterface
    interface Handler {
        /// @return the content of the result element, or [SnsXml#NO_RESULT]
        String handle(QueryParameters parameters);
    }
}
