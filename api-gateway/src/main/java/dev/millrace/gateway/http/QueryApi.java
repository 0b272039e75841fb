package dev.millrace.gateway.http;

import dev.millrace.identity.Permission;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// An API in the Query protocol: a form in, XML out.
public interface QueryApi {
    /// An answer in that protocol.
    ///
    /// @param contentType such as `text/xml`
    record XmlAnswer(int status, String contentType, Payload body) {}

    /// What its clients send as `Version`, such as `2010-03-31`; no two APIs have the same.
    String version();

    /// How many parameters a call may have. A form has no more than 25,000 of any API.
    default int maxParameters() {
        return 1_000;
    }

    /// Answers a call, failures included, in the protocol's own shape. Does not block.
    CompletionStage<XmlAnswer> call(QueryCall call);

    /// What the action asks of its caller; empty when it is for every caller who is known.
    Optional<Permission> permission(String action);

    /// An answer to a call that was refused before it reached this API.
    XmlAnswer refusal(PlatformException reason, String requestId);
}
