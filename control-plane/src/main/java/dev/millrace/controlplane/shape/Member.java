package dev.millrace.controlplane.shape;

import java.util.ArrayList;
import java.util.List;

/// A named member of a structure and what this platform makes of it.
///
/// @param refusals values that the API allows and this platform does not carry out yet
public record Member(String name, Shape shape, boolean isRequired, Support support, List<Refusal> refusals) {
    /// What becomes of a member.
    public sealed interface Support {
        /// It takes effect.
        record Works() implements Support {}

        /// It is checked, kept and returned, and changes nothing here.
        record Kept() implements Support {}

        /// A request that has it is refused by name.
        ///
        /// @param feature what is not there yet
        record Refused(String feature) implements Support {}
    }

    /// Values of a member that works otherwise, and the feature that they would need.
    public sealed interface Refusal {
        String feature();

        record Value(String value, String feature) implements Refusal {}

        /// More list items than that.
        record MoreThan(int items, String feature) implements Refusal {}
    }

    public Member {
        refusals = List.copyOf(refusals);
    }

    public static Member works(String name, Shape shape) {
        return new Member(name, shape, false, new Support.Works(), List.of());
    }

    public static Member kept(String name, Shape shape) {
        return new Member(name, shape, false, new Support.Kept(), List.of());
    }

    public static Member refused(String name, String feature) {
        return new Member(name, Shape.Structure.of(name), false, new Support.Refused(feature), List.of());
    }

    public Member required() {
        return new Member(name, shape, true, support, refusals);
    }

    public Member refusing(String value, String feature) {
        return with(new Refusal.Value(value, feature));
    }

    public Member refusingMoreThan(int items, String feature) {
        return with(new Refusal.MoreThan(items, feature));
    }

    private Member with(Refusal refusal) {
        var all = new ArrayList<>(refusals);
        all.add(refusal);
        return new Member(name, shape, isRequired, support, all);
    }
}
