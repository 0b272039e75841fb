package dev.millrace.gateway.http;

import dev.millrace.identity.Permission;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
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
    /// @param parameters of the form or of the query string, at most 1,000
    CompletionStage<XmlAnswer> call(Map<String, String> parameters, String requestId);

    /// What the action asks of its caller.
    Permission permission(String action);

    /// An answer to a call that was refused before it reached this API.
    XmlAnswer refusal(PlatformException reason, String requestId);
}
