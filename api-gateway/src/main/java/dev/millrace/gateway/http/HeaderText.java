package dev.millrace.gateway.http;

import org.jspecify.annotations.Nullable;

/// Text from models and stores that becomes a response header.
final class HeaderText {
    private HeaderText() {}

    /// The text if it is visible ASCII and not too long, else the default: nothing that a model answers may
    /// break a response.
    static String orDefault(@Nullable String text, String byDefault) {
        return text != null && isSafe(text) ? text : byDefault;
    }

    static boolean isSafe(String text) {
        return !text.isEmpty() && text.length() <= 1024 && text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
    }
}
