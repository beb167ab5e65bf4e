package platter.verify;

import java.util.List;

/**
 * What was found.
 *
 * @param volumes rows that were compared
 * @param differences none is what should be
 * @param leftovers what is half made or was deleted, and goes by itself
 * @param foreign things on the storage that are not Platter's: told, never touched
 */
public record Report(
    int volumes, List<Difference> differences, List<String> leftovers, List<String> foreign) {}
