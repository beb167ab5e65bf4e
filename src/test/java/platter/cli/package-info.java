/** The commands of the client against a real server. */
package platter.cli;
