package dev.millrace.monitoring.alarm;

import dev.millrace.controlplane.AlarmResource;

/// Something that an alarm does when it changes its state.
public interface AlarmAction {
    /// Whether this is who takes actions of that ARN; those that nobody takes are kept and not taken.
    boolean isFor(String arn);

    /// Takes the action; blocks. May come twice for one transition, with the same visible result.
    ///
    /// @param alarm in the state that it changed to
    /// @throws dev.millrace.invocation.PlatformException when it cannot be taken
    void take(AlarmResource alarm, String arn);
}
