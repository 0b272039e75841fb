package dev.millrace.controlplane.topic;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address of an HTTP subscriber, which may begin with a user name and a password.
///
/// @param url without them
/// @param authorization the value of the header that says them, or empty
public record SubscriberAddress(String url, Optional<String> authorization) {
    private static final int MAX_LENGTH = 2048;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,2048}");
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/?#@]*@");

    /// @throws PlatformException `VALIDATION_ERROR` when it is no such address; the message does not repeat it
    public static SubscriberAddress parse(String endpoint) {
        if (endpoint.length() > MAX_LENGTH || !PRINTABLE.matcher(endpoint).matches()) {
            throw invalid("is longer than " + MAX_LENGTH + " characters, or not all of them are visible ASCII");
        }
        URI uri;
        try {
            uri = new URI(endpoint);
        } catch (URISyntaxException _) {
            throw invalid("is not a URL");
        }
        boolean isGood =
                uri.getHost() != null && uri.getRawFragment() == null && uri.getPort() != 0 && uri.getPort() <= 65535;
        if (!isGood) {
            throw invalid("needs a host, and may have no fragment");
        }
        String userInfo = uri.getRawUserInfo();
        if (userInfo == null) {
            return new SubscriberAddress(endpoint, Optional.empty());
        }
        if (userInfo.indexOf(':') < 1) {
            throw invalid("has a user without a password");
        }
        String plain = endpoint.replaceFirst(USER_INFO.pattern(), "");
        return new SubscriberAddress(plain, Optional.of("Basic " + base64(decoded(userInfo))));
    }

    /// The address as it may be shown: without the password.
    public static String shown(String endpoint) {
        int user = endpoint.indexOf("://") + 3;
        Matcher matcher = USER_INFO.matcher(endpoint);
        if (user < 3 || !matcher.find()) {
            return endpoint;
        }
        String name = matcher.group().split(":", 2)[0];
        return matcher.replaceFirst(Matcher.quoteReplacement(name + ":****@"));
    }

    /// A plus is a plus here.
    private static String decoded(String userInfo) {
        try {
            return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw invalid("is not a URL");
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static PlatformException invalid(String reason) {
        return new PlatformException(
                ErrorCode.VALIDATION_ERROR, "Invalid parameter: Endpoint Reason: the address " + reason);
    }
}
