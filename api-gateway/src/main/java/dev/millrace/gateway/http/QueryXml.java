package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.invocation.Payload;

/// The XML of an API in the Query protocol.
///
/// @param namespace of its answers
public record QueryXml(String namespace) {
    private static final String CONTENT_TYPE = "text/xml";

    /// @param result what the result element holds, as XML; empty for an operation without one
    public String response(String action, String result, String requestId) {
        return result.isEmpty() ? responseAround("", action, requestId) : responseWithResult(action, result, requestId);
    }

    /// As [#response], with a result element also where it is empty: clients look for it after operations that
    /// may answer something.
    public String responseWithResult(String action, String result, String requestId) {
        return responseAround("<" + action + "Result>" + result + "</" + action + "Result>", action, requestId);
    }

    private String responseAround(String element, String action, String requestId) {
        return "<" + action + "Response xmlns=\"" + namespace + "\">" + element + "<ResponseMetadata>"
                + element("RequestId", requestId) + "</ResponseMetadata></" + action + "Response>";
    }

    public String error(AwsErrors.AwsError error, String message, String requestId) {
        return "<ErrorResponse xmlns=\"" + namespace + "\"><Error>"
                + element("Type", error.status() >= 500 ? "Receiver" : "Sender")
                + element("Code", error.queryCode())
                + element("Message", message)
                + "</Error>" + element("RequestId", requestId) + "</ErrorResponse>";
    }

    /// @param result as for [#response]
    public QueryApi.XmlAnswer answer(String action, String result, String requestId) {
        return answer(response(action, result, requestId));
    }

    /// @param xml a whole document
    public QueryApi.XmlAnswer answer(String xml) {
        return new QueryApi.XmlAnswer(200, CONTENT_TYPE, Payload.ofUtf8(xml));
    }

    public QueryApi.XmlAnswer failure(AwsErrors.AwsError error, String message, String requestId) {
        return new QueryApi.XmlAnswer(error.status(), CONTENT_TYPE, Payload.ofUtf8(error(error, message, requestId)));
    }

    /// An element that holds a text. Characters that XML 1.0 cannot hold become U+FFFD.
    public static String element(String name, String text) {
        return "<" + name + ">" + escaped(text) + "</" + name + ">";
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&apos;");
                case '\t', '\n', '\r' -> escaped.append("&#").append(c).append(';');
                default -> escaped.appendCodePoint(c < 0x20 || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
            }
        });
        return escaped.toString();
    }
}
