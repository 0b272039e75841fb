package dev.millrace.gateway.http;

import dev.millrace.invocation.Payload;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// An API in the Query protocol: a form in, XML out. The seam for SNS.
public interface QueryApi {
    /// An answer in that protocol.
    ///
    /// @param contentType such as `text/xml`
    record XmlAnswer(int status, String contentType, Payload body) {}

    /// Answers a call, failures included, in the protocol's own shape. Does not block.
    ///
    /// @param parameters of the form or of the query string, at most 100
    CompletionStage<XmlAnswer> call(Map<String, String> parameters, String requestId);
}
