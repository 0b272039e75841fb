package dev.millrace.controller.autoscaling;

/// What the calls of a target's policies come to.
sealed interface Decision {
    /// Nothing calls, or what calls has to wait.
    record Stay() implements Decision {}

    /// @param call that won
    /// @param base that the capacity was counted from
    record Scale(Call call, int base, int capacity) implements Decision {}

    /// A policy called and the capacity cannot follow.
    ///
    /// @param reason in the API's words
    record NotScaled(Call call, String reason) implements Decision {}
}
