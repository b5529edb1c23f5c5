# Activity 11.2
myFirstCookie = "Hello World - my first cookie!"

print("Practicing Cookies!")
print("Cookie added!")

try:
    print("Found the cookie: " + myFirstCookie)
except NameError:
    print("Cookie not found!")

print("Cookie removed!")
