package dev.millrace.outbound;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/// An HTTP address that a user gave, in the one form that no two parsers read differently.
///
/// Where the host leads is not checked here: that is the [AddressGuard]'s part, at each call.
///
/// @param uri scheme http or https, no user info, no fragment; the host is a DNS name, a dotted quad or an
///     IPv6 literal
public record OutboundAddress(URI uri) {
    private static final int MAX_LENGTH = 2048;
    private static final Pattern DNS_NAME = Pattern.compile(
            "(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DOTTED_QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6_LITERAL = Pattern.compile("\\[[0-9a-f:.]{2,45}]");

    /// Ports of services that read what they are sent as commands: from the Fetch standard's list of blocked
    /// ports, those
    /// above 1023, and common data stores.
    private static final Set<Integer> OTHER_SERVICES = Set.of(
            1719, 1720, 1723, 2049, 2181, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667,
            6668, 6669, 6679, 6697, 9042, 9092, 10080, 11211, 27017);

    public OutboundAddress {
        check(uri);
    }

    /// @throws PlatformException `VALIDATION_ERROR` saying what is wrong with it
    public static OutboundAddress parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("longer than " + MAX_LENGTH + " characters");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c >= 0x7F || c == '\\')) {
            throw invalid("holds a character that is not visible ASCII");
        }
        try {
            return new OutboundAddress(new URI(text));
        } catch (URISyntaxException _) {
            throw invalid("not a URL");
        }
    }

    public String host() {
        return uri.getHost();
    }

    public int port() {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /// Scheme, host and port: what shares a breaker.
    public String origin() {
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + host().toLowerCase(Locale.ROOT) + ":" + port();
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private static void check(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))) {
            throw invalid("the scheme is not http or https");
        }
        if (uri.getRawUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            throw invalid("holds user information");
        }
        if (uri.getRawFragment() != null) {
            throw invalid("holds a fragment");
        }
        String host = uri.getHost();
        if (host == null) {
            throw invalid("the host is missing or not a DNS name");
        }
        String lower = host.toLowerCase(Locale.ROOT);
        boolean isKnownForm = DNS_NAME.matcher(lower).matches()
                || DOTTED_QUAD.matcher(lower).matches()
                || IPV6_LITERAL.matcher(lower).matches();
        if (!isKnownForm) {
            throw invalid("the host is not a DNS name, a dotted quad or an IPv6 literal");
        }
        HttpUrl asRead = HttpUrl.parse(uri.toString());
        if (asRead == null
                || (DNS_NAME.matcher(lower).matches() && !asRead.host().equals(lower))) {
            throw invalid("the host is one that the HTTP client reads otherwise");
        }
        int port = uri.getPort();
        if (port == 0 || port > 65_535 || (port > 0 && port < 1024 && port != 80 && port != 443)) {
            throw invalid("port " + port + " is not one that web servers use");
        }
        if (OTHER_SERVICES.contains(port)) {
            throw invalid("port " + port + " belongs to another service");
        }
    }

    private static PlatformException invalid(String what) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, "webhook address: " + what);
    }
}
