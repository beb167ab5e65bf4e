/**
 * What a storage can be asked, whatever it is made of: {@link platter.driver.StorageDriver} is the
 * contract, {@link platter.driver.Drivers} opens one. A driver keeps no state outside its storage;
 * a volume's name there is its id, so every question after a crash is answered by looking.
 */
@NullMarked
package platter.driver;

import org.jspecify.annotations.NullMarked;
