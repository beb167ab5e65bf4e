/** The API document made true: real server, real HTTP, one class for each family of URLs. */
package platter.api;
