package platter.http;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a value of a call may be. A call says it once, beside the code that reads it: that code can
 * read nothing else ({@link Body}, {@link Request#query(String)}), and the OpenAPI document tells
 * it.
 */
public sealed interface Shape {
  /**
   * A string.
   *
   * @param max characters; 0 when any number will do
   * @param format as OpenAPI names it, such as {@code uuid}; may be empty
   * @param oneOf the only ones there are; empty when there are others
   */
  record Text(int max, String format, List<String> oneOf) implements Shape {
    public Text {
      oneOf = List.copyOf(oneOf);
    }
  }

  /** A whole number of that range. */
  record Whole(long min, long max) implements Shape {}

  /** True or false. */
  record Flag() implements Shape {}

  /** A list of so many of that shape. */
  record ListOf(Shape of, int min, int max) implements Shape {}

  /** An object of strings: metadata, tags. */
  record Strings() implements Shape {}

  /**
   * An object.
   *
   * @param one whether it has exactly one of its members: then that says what is wanted
   */
  record Members(List<Member> members, boolean one) implements Shape {
    public Members {
      members = List.copyOf(members);
    }

    /** The member of that name. */
    public Optional<Member> member(String name) {
      return members.stream().filter(member -> member.name.equals(name)).findFirst();
    }

    public List<String> names() {
      return members.stream().map(Member::name).toList();
    }
  }

  /** Any of these: the reference has such members where its schema and its examples differ. */
  record Either(List<Shape> shapes) implements Shape {
    public Either {
      shapes = List.copyOf(shapes);
    }
  }

  /** Nothing but null: of an action that has nothing to say. */
  record Nothing() implements Shape {}

  /** A member of an object; one that is null is as if it were not there. */
  record Member(String name, Shape shape, boolean required) {}

  static Text text() {
    return text(0);
  }

  /** Of so many bytes of UTF-8 at most, so of no more characters either. */
  static Text text(int max) {
    return new Text(max, "", List.of());
  }

  static Text uuid() {
    return new Text(0, "uuid", List.of());
  }

  static Text time() {
    return new Text(0, "date-time", List.of());
  }

  static Text oneOf(String... values) {
    return oneOf(Arrays.asList(values));
  }

  static Text oneOf(List<String> values) {
    return new Text(0, "", values);
  }

  static Whole whole(long min, long max) {
    return new Whole(min, max);
  }

  static Flag flag() {
    return new Flag();
  }

  static ListOf list(Shape of, int min, int max) {
    return new ListOf(of, min, max);
  }

  static Strings strings() {
    return new Strings();
  }

  static Nothing nothing() {
    return new Nothing();
  }

  static Either either(Shape... shapes) {
    return new Either(Arrays.asList(shapes));
  }

  static Members object(Member... members) {
    return new Members(Arrays.asList(members), false);
  }

  static Members oneMember(Member... members) {
    return new Members(Arrays.asList(members), true);
  }

  /** The body of many calls: an object whose one member is what the call is about. */
  static Members about(String name, Member... members) {
    return object(needs(name, object(members)));
  }

  /** A member that may be left away. */
  static Member may(String name, Shape shape) {
    return new Member(name, shape, false);
  }

  static Member needs(String name, Shape shape) {
    return new Member(name, shape, true);
  }

  /** Whether a value of the kind may stand there. */
  default boolean allows(Class<? extends Shape> kind) {
    return this instanceof Either(var shapes)
        ? shapes.stream().anyMatch(shape -> shape.allows(kind))
        : kind.isInstance(this);
  }

  /** What is said of the members of an object that may stand there. */
  default Members inner() {
    return switch (this) {
      case Members object -> object;
      case ListOf(var of, _, _) -> of.inner();
      case Either(var shapes) ->
          shapes.stream()
              .map(Shape::inner)
              .filter(object -> !object.members.isEmpty())
              .findFirst()
              .orElseGet(Shape::object);
      case Text _, Whole _, Flag _, Strings _, Nothing _ -> object();
    };
  }
}
