/// Application Auto Scaling's resources: scalable targets, policies, scheduled actions and their
/// activities, as operations on documents.
///
/// Decides nothing and changes no capacity: the controller does, from what is written down here.
@NullMarked
package dev.millrace.controlplane.scaling;

import org.jspecify.annotations.NullMarked;
